/** A server that does what a table says; the twin of `erlang/beam_server.erl`. */
import { type Callbacks, cast, type From, reply } from '../../src/genserver/index.js'
import { ExitMessage, exit, self, send, trapExit } from '../../src/kernel/index.js'
import { ErlangError, valueFor } from './canon.js'
import { Mail, reasonText } from './stage-mail.js'
import type { ServerEntry, ServerResult, ServerScenario } from './stage-scenario.js'

/** So many callbacks do what they are told; then the server rests, since many would never end. */
const FUEL = 30

export class Server {
  readonly #scenario: ServerScenario
  readonly #log: (line: string) => void
  readonly #table: ReadonlyMap<string, ServerEntry>
  #pending: From[] = []
  #fuel = FUEL

  constructor(scenario: ServerScenario, log: (line: string) => void) {
    this.#scenario = scenario
    this.#log = log
    this.#table = new Map(scenario.table.map((entry) => [entry.on, entry]))
  }

  get callbacks(): Callbacks<number, undefined> {
    return {
      init: () => this.#init() as never,
      handleCall: (request, from, state) =>
        this.#act('call', (request as Mail).content, from, state) as never,
      handleCast: (request, state) => this.#act('cast', (request as Mail).content, undefined, state) as never,
      handleContinue: (value, state) => this.#act('continue', String(value), undefined, state) as never,
      handleInfo: (message, state) => this.#info(message, state) as never,
      terminate: (reason, state) => {
        this.#log(`terminate ${reasonText(reason)} ${state}`)
        if (this.#scenario.ending === 'error') throw new ErlangError('ending')
        if (this.#scenario.ending === 'exit') exit('ending')
      },
    }
  }

  #init(): unknown {
    const { init, trap } = this.#scenario
    trapExit(trap)
    this.#log('init')
    if (init.ret === 'noreply') return { state: init.state, ...next(init) }
    if (init.ret === 'stop') return { stop: valueFor(init.reason) }
    return init.ret === 'ignore' ? 'ignore' : ended(init)
  }

  #info(message: unknown, state: number): unknown {
    if (message === 'timeout') return this.#act('timeout', 't', undefined, state)
    if (message instanceof Mail) return this.#act('info', message.content, undefined, state)
    if (!(message instanceof ExitMessage)) throw new TypeError(`a server got ${String(message)}`)
    this.#log(`trapped ${reasonText(message.reason)}`)
    return { state }
  }

  #act(kind: string, content: string, from: From | undefined, state: number): unknown {
    this.#log(`${kind} ${content} ${state}`)
    const entry = this.#table.get(`${kind}_${content}_${state}`)
    this.#fuel--
    if (entry === undefined || this.#fuel < 0)
      return kind === 'call' ? { reply: 'default', state } : { state }
    for (const act of entry.acts) {
      if (act.act === 'send') send(self(), new Mail(act.content))
      else if (act.act === 'cast') cast(self(), new Mail(act.content))
      else {
        const oldest = this.#pending.shift()
        if (oldest !== undefined) reply(oldest, act.value)
      }
    }
    switch (entry.ret) {
      case 'reply':
        return { reply: entry.value, state: entry.state, ...next(entry) }
      case 'noreply':
        if (from !== undefined) this.#pending.push(from)
        return { state: entry.state, ...next(entry) }
      case 'stop':
        return { stop: valueFor(entry.reason), state: entry.state }
      case 'stop_reply':
        return { stop: valueFor(entry.reason), reply: entry.value, state: entry.state }
      default:
        return ended(entry)
    }
  }
}

function next(result: ServerResult & { next: string; arg?: string }): object {
  if (result.next === 'continue') return { continue: result.arg }
  if (result.next === 'zero') return { timeout: 0 }
  if (result.next === 'soon') return { timeout: 20 }
  return result.next === 'never' ? { timeout: Number.POSITIVE_INFINITY } : {}
}

/** What is no orderly result. */
export function ended(result: { ret: string; reason?: unknown }): unknown {
  if (result.ret === 'error') throw new ErlangError(valueFor(result.reason as never))
  if (result.ret === 'exit') exit(valueFor(result.reason as never))
  return 'wrong'
}
