/** What an actor of a kernel scenario does: each operation on Heartwood's own primitives. */
import {
  alias,
  type DownMessage,
  demonitor,
  type ExitMessage,
  exit,
  HeartwoodError,
  isAlive,
  isDown,
  isExit,
  link,
  monitor,
  on,
  Pid,
  Reference,
  receive,
  register,
  send,
  spawn,
  spawnMonitor,
  trapExit,
  unalias,
  unlink,
  unregister,
  whereis,
} from '../../src/kernel/index.js'
import { ErlangError, ErlangThrow, valueFor } from './canon.js'
import { type Cast, Mail, mailOf } from './cast.js'
import type { Act, Target, Watch } from './scenario.js'

/** Ends an actor's code by returning from it. */
export const RETURNED = Symbol('returned')

// What Erlang answers where Heartwood throws.
const ERLANG_ERRORS: Readonly<Record<string, string>> = {
  NAME_UNKNOWN: 'badarg',
  NAME_TAKEN: 'badarg',
  NAME_INVALID: 'badarg',
  ALREADY_NAMED: 'badarg',
  NOT_ALIVE: 'badarg',
  NO_PROCESS: 'noproc',
}

/** Performs operations as one actor. */
export class Performer {
  constructor(
    private readonly name: string,
    private readonly cast: Cast,
    /** The script of a new actor of that name. */
    private readonly script: (name: string) => () => unknown,
    /** How a received message looks in a trace. */
    private readonly described: (message: unknown) => string,
  ) {}

  /** The result as the trace shows it, or that the actor is to return. */
  async perform(act: Act): Promise<string | typeof RETURNED> {
    if (!this.#isReady(act)) return 'skip'
    try {
      return await this.#perform(act)
    } catch (error) {
      const known = HeartwoodError.is(error) ? ERLANG_ERRORS[error.code] : undefined
      if (known === undefined) throw error
      return known
    }
  }

  /** Whether everything the operation speaks of exists: a shrunk scenario may have lost it. */
  #isReady(act: Act): boolean {
    const operands = ['to', 'who', 'ref', 'from'].flatMap((key) =>
      key in act ? [act[key as keyof Act] as string] : [],
    )
    return operands.every((operand) => {
      if (/^[@%]/.test(operand)) return true
      const name = operand.replace(/^&/, '')
      return this.cast.has(name)
    })
  }

  #perform(act: Act): string | typeof RETURNED | Promise<string> {
    switch (act.op) {
      case 'spawn':
        return this.#spawn(act)
      case 'link':
        return String(link(this.cast.pid(act.to)))
      case 'unlink':
        return String(unlink(this.cast.pid(act.to)))
      case 'monitor':
        return this.#monitor(act.to, act)
      case 'demonitor':
        return String(
          demonitor(this.cast.ref(act.ref), { flush: act.flush === true, info: act.info === true }),
        )
      case 'signal':
        return String(exit(this.cast.pid(act.to), valueFor(act.reason)))
      case 'exit':
        return exit(valueFor(act.reason))
      case 'error':
        throw new ErlangError(valueFor(act.reason))
      case 'throw':
        throw new ErlangThrow(valueFor(act.reason))
      case 'return':
        return RETURNED
      case 'trap':
        return String(trapExit(act.on))
      case 'register':
        return String(register(act.name, this.cast.pid(act.who)))
      case 'unregister':
        return String(unregister(act.name))
      case 'whereis':
        return this.cast.nameOf(whereis(act.name))
      case 'send':
        send(this.cast.destination(act.to), new Mail(this.name, act.tag))
        return 'ok'
      case 'alive':
        return String(isAlive(this.cast.pid(act.who)))
      case 'alias':
        this.cast.refs.set(act.as, alias({ reply: act.reply === true }))
        return act.as
      case 'unalias':
        return String(unalias(this.cast.ref(act.ref)))
      case 'recv':
        return this.#receive(act)
    }
  }

  #spawn({ as, link = false, monitor: watch }: Extract<Act, { op: 'spawn' }>): string {
    const script = this.script(as)
    if (watch === undefined) {
      this.cast.pids.set(as, spawn(script, { link }))
      return as
    }
    const { pid, ref } = spawnMonitor(script, { link, monitor: optionsOf(watch) })
    this.cast.pids.set(as, pid)
    this.cast.refs.set(watch.as, ref)
    this.cast.watched.set(watch.as, as)
    return as
  }

  #monitor(to: Target, watch: Watch): string {
    const target = this.cast.destination(to)
    if (target instanceof Reference) throw new TypeError(`${to} is nothing to monitor`)
    const held =
      typeof target === 'string' ? whereis(target) : target instanceof Pid ? target : whereis(target.name)
    this.cast.refs.set(watch.as, monitor(target, optionsOf(watch)))
    this.cast.watched.set(watch.as, this.cast.nameOf(held))
    return watch.as
  }

  /** Always about one sender: between several the BEAM promises no order. */
  async #receive(act: Extract<Act, { op: 'recv' }>): Promise<string> {
    const now = { timeout: 0 }
    if (act.what === 'down') {
      const ref = this.cast.ref(act.ref)
      return this.#received(await receive((m: unknown): m is DownMessage => isDown(m) && m.ref === ref, now))
    }
    const from = this.cast.pid(act.from)
    const isMail = (m: unknown): boolean => mailOf(m)?.from === act.from
    const isExitOf = (m: unknown): m is ExitMessage => isExit(m) && m.from === from
    const isDownOf = (m: unknown): m is DownMessage => isDown(m) && m.object === from
    if (act.what === 'exit') return this.#received(await receive(isExitOf, now))
    if (act.what === 'any') {
      const same = <T>(message: T): T => message
      return this.#received(await receive([on(isDownOf, same), on(isExitOf, same), on(isMail, same)], now))
    }
    const tag = 'tag' in act ? act.tag : undefined
    const isWanted = (m: unknown): boolean => isMail(m) && (tag === undefined || mailOf(m)?.tag === tag)
    return this.#received(await receive(isWanted, now))
  }

  #received(message: unknown): string {
    return message === undefined ? 'timeout' : this.described(message)
  }
}

function optionsOf({ alias, tag }: Watch) {
  return { ...(alias !== undefined && { alias }), ...(tag !== undefined && { tag }) }
}
