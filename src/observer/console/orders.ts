/** What a console asks of the program besides what the observer shows: calls, casts and messages. */
import {
  call,
  cast,
  definitionOf,
  isServerClass,
  ref,
  type ServerClass,
  seenServer,
} from '../../genserver/index.js'
import { HeartwoodError, isTimeout, type Kernel, type Pid, seenElsewhere, send } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { observerError } from '../errors.js'
import { textIn } from '../server/body.js'
import { lineOf } from '../snapshot/one-line-value.js'
import type { Asking } from '../snapshot/process-detail.js'
import { processAt } from '../snapshot/process-identity.js'

export const ORDERS = ['hello', 'names', 'methods', 'call', 'cast', 'send', 'state', 'look'] as const
export type OrderName = (typeof ORDERS)[number]

/** Milliseconds for which a call waits at most, and by default. */
const LONGEST = 600_000
const USUAL = 5_000

/** Orders that wait for an answer at one time. */
export const MOST_ORDERS = 32

/** Names that are told to complete one. */
const MOST_NAMES = 200

type Body = Record<string, unknown>
type Method = (...args: readonly unknown[]) => unknown

/** Answers what the observer's API has at a path. */
export type Look = (path: string) => Promise<unknown>

/** An order that was checked: what the log says of it, and what follows it. */
export interface Order {
  /** Without arguments: they may be secrets, and nothing tells which. */
  readonly said: string
  follow(signal: AbortSignal): unknown
}

/** Whom an order means: a process, by the words it was named with. */
interface Meant {
  readonly pid: Pid
  readonly text: string
}

/** The orders of all consoles on one kernel. */
export class Orders {
  #waiting = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly asking: Asking,
    private readonly look: Look,
  ) {}

  /** @throws OBSERVER_BODY, OBSERVER_NO_PROCESS; OBSERVER_ACTION_FAILED for a method that is none */
  read(name: OrderName, body: Body): Order {
    switch (name) {
      case 'hello':
        return { said: 'opened', follow: () => this.#hello() }
      case 'names':
        return { said: 'names', follow: () => this.#names(body.begun) }
      case 'look':
        return this.#look(textIn(body, 'path'))
    }
    const to = this.#processIn(body)
    switch (name) {
      case 'methods':
        return { said: `names of ${to.text}`, follow: () => methodsOf(to.pid) }
      case 'state':
        return { said: `state of ${to.text}`, follow: () => this.#state(to) }
      case 'send':
        return { said: `message to ${to.text}`, follow: () => void send(to.pid, body.message) }
      default:
        return messageOrder(name, to, body)
    }
  }

  /** @throws OBSERVER_TOO_MANY_ORDERS, OBSERVER_ACTION_FAILED. Both reject. */
  async follow({ said, follow }: Order, signal: AbortSignal): Promise<unknown> {
    if (this.#waiting >= MOST_ORDERS) throw observerError('OBSERVER_TOO_MANY_ORDERS', { limit: MOST_ORDERS })
    this.#waiting++
    try {
      return await this.asking.within(async () => follow(signal))
    } catch (error) {
      if (HeartwoodError.is(error) && error.code.startsWith('OBSERVER_')) throw error
      const reason = HeartwoodError.is(error) ? `${error.code}: ${error.message}` : reasonLine(error)
      const [action = '', process = ''] = said.split(/ (?:of|to) /)
      throw observerError('OBSERVER_ACTION_FAILED', { action, process, reason }, { cause: error })
    } finally {
      this.#waiting--
    }
  }

  async #hello(): Promise<unknown> {
    const { node } = this.kernel
    return { node, osPid: process.pid, version: process.version }
  }

  /** Those that begin so. */
  #names(begun: unknown): readonly string[] {
    const start = typeof begun === 'string' ? begun : ''
    return this.kernel
      .registered()
      .filter((name) => name.startsWith(start))
      .slice(0, MOST_NAMES)
      .sort()
  }

  #look(path: string): Order {
    return { said: `look at ${lineOf(path)}`, follow: () => this.look(path) }
  }

  async #state({ pid, text }: Meant): Promise<unknown> {
    const seen = await this.asking.stateOf(pid)
    if ('value' in seen) return seen
    const reason =
      'error' in seen
        ? seen.error
        : 'busy' in seen
          ? 'it is at work, and did not answer in time'
          : 'it is no server, so it has no state that could be asked for'
    throw observerError('OBSERVER_ACTION_FAILED', { action: 'state', process: text, reason })
  }

  #processIn(body: Body): Meant {
    const text = textIn(body, 'to')
    const pid = processAt(this.kernel, text)
    if (pid === undefined) throw observerError('OBSERVER_NO_PROCESS', { process: lineOf(text) })
    return { pid, text: lineOf(text) }
  }
}

/** A call or a cast: of a method, or any request. */
function messageOrder(kind: 'call' | 'cast', { pid, text }: Meant, body: Body): Order {
  const { timeout = USUAL } = body
  if (!isTimeout(timeout) || (timeout as number) > LONGEST) {
    const expected = `an object whose timeout is at most ${LONGEST} milliseconds`
    throw observerError('OBSERVER_BODY', { expected, value: timeout })
  }
  const waits = (signal: AbortSignal) => ({ timeout: timeout as number, signal })
  if (body.method === undefined) {
    const said = `${kind} of ${text}`
    const follow = (signal: AbortSignal) =>
      kind === 'call' ? call(pid, body.request, waits(signal)) : cast(pid, body.request)
    return { said, follow }
  }
  const method = textIn(body, 'method')
  const { args } = body
  if (!Array.isArray(args))
    throw observerError('OBSERVER_BODY', { expected: 'an object with a list "args"', value: args })
  const Class = classOf(pid)
  // Every object has these; a ref's own are for nobody to call.
  if (Class !== undefined && method in Object.prototype) {
    const reason = `${Class.name} has no such ${kind}`
    throw observerError('OBSERVER_ACTION_FAILED', {
      action: `${kind} ${lineOf(method)}`,
      process: text,
      reason,
    })
  }
  if (Class === undefined) {
    const { runs } = seenElsewhere(pid) ?? {}
    const reason =
      runs === undefined
        ? `it has no methods; use ${kind}('${text}', request)`
        : `it runs ${runs} in a thread or program of its own, so its methods are not known here`
    throw observerError('OBSERVER_ACTION_FAILED', {
      action: `${kind} ${lineOf(method)}`,
      process: text,
      reason,
    })
  }
  const follow = (signal: AbortSignal): unknown => {
    // What is no method of that kind is refused by the ref, and says what there is; the server would crash of it.
    const server = ref(Class, pid)
    const client: object = kind === 'call' ? server.with(waits(signal)).call : server.cast
    return ((client as Record<string, Method>)[method] as Method)(...args)
  }
  return { said: `${kind} of ${text}.${lineOf(method)}/${args.length}`, follow }
}

/** The class of a server of the class form. */
function classOf(pid: Pid): ServerClass | undefined {
  const code = seenServer(pid)?.code
  return isServerClass(code) ? code : undefined
}

function methodsOf(pid: Pid): { readonly calls: readonly string[]; readonly casts: readonly string[] } {
  const Class = classOf(pid)
  if (Class === undefined) return { calls: [], casts: [] }
  const { calls, casts } = definitionOf(Class)
  return { calls: [...calls], casts: [...casts] }
}
