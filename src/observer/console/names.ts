/** What stands in a console: functions that ask the program. */
import { inspect } from 'node:util'
import { isTimeout, oneLine, read } from '../../kernel/index.js'
import { painter } from '../../logging/index.js'
import type { TreeSnapshot } from '../snapshot/supervision-tree.js'
import { drawn } from '../terminal/line.js'
import { treeLines } from '../terminal/screen.js'
import type { Link } from './link.js'
import { consoleArgument, plainData, whoText } from './plain-data.js'

/** Milliseconds that a call waits, where nothing else is said. */
const USUAL = 5_000

type Method = (...args: readonly unknown[]) => Promise<unknown>
type Methods = Readonly<Record<string, Method>>

/** A server of the program, by name or pid; what it has is asked of the program at each use. */
export class ServerOfProgram {
  readonly call: Methods
  readonly cast: Methods

  constructor(
    readonly link: Link,
    readonly who: string,
    timeout: number = USUAL,
  ) {
    this.call = methodsOf('call', link, who, timeout)
    this.cast = methodsOf('cast', link, who, timeout)
  }

  /** The same server, with another time-out of its calls. */
  with(options: unknown): ServerOfProgram {
    const timeout = typeof options === 'number' ? options : read(options, 'timeout')
    return new ServerOfProgram(this.link, this.who, timeoutOf(timeout))
  }

  [inspect.custom](): string {
    return `ref(${JSON.stringify(oneLine(this.who))})`
  }
}

/** Any name is a method: which there are is known in the program. */
function methodsOf(kind: 'call' | 'cast', link: Link, to: string, timeout: number): Methods {
  return new Proxy(Object.create(null) as Methods, {
    get(_, method): unknown {
      // A client that could be awaited would be asked for `then`, and one that is printed for much else.
      if (typeof method === 'symbol' || method === 'then' || method === 'toJSON') return undefined
      return (...args: readonly unknown[]) => {
        const sent = args.map((each, at) => plainData(each, `argument ${at + 1}`))
        return link.order(kind, { to, method, args: sent, timeout }, kind === 'call' ? timeout : undefined)
      }
    },
  })
}

/** The names of a console, with what help says of them. */
export function namesOf(link: Link): Readonly<Record<string, unknown>> {
  const look = (path: string): Promise<unknown> => link.look(path)
  const at = (who: unknown): string => encodeURIComponent(whoText(who, 'the process'))
  const to = (who: unknown): string => whoText(who, 'the server')
  return {
    ref: (who: unknown) => new ServerOfProgram(link, to(who)),
    call: async (who: unknown, request: unknown, timeout?: unknown) => {
      const limit = timeoutOf(timeout)
      return link.order(
        'call',
        { to: to(who), request: plainData(request, 'the request'), timeout: limit },
        limit,
      )
    },
    cast: async (who: unknown, request: unknown) =>
      link.order('cast', { to: to(who), request: plainData(request, 'the request') }),
    send: async (who: unknown, message: unknown) =>
      link.order('send', { to: to(who), message: plainData(message, 'the message') }),
    tree: async (root?: unknown) =>
      drawnTree(await look(`tree?depth=64&limit=500${root === undefined ? '' : `&root=${at(root)}`}`)),
    processes: async (q = '') =>
      read(await look(`processes?limit=1000&q=${encodeURIComponent(String(q))}`), 'rows'),
    names: async (q = '') => look(`names?limit=1000&q=${encodeURIComponent(String(q))}`),
    whereis: async (name: unknown) => read(await look(`processes/${at(name)}`), 'pid'),
    info: async (who: unknown) => look(`processes/${at(who)}`),
    crashes: async () => {
      const events = read(await look('timeline?limit=50'), 'events')
      return Array.isArray(events) ? events.filter((event) => read(event, 'kind') === 'crash') : events
    },
    overview: async () => look('overview'),
    sys: {
      getState: async (who: unknown) => read(await link.order('state', { to: to(who) }), 'value'),
      getStatus: async (who: unknown) => link.order('state', { to: to(who) }),
      suspend: async (who: unknown) => void (await link.act('suspend', { pid: to(who) })),
      resume: async (who: unknown) => void (await link.act('resume', { pid: to(who) })),
    },
    exit: async (who: unknown, reason: unknown = 'shutdown') =>
      void (await link.act('kill', { pid: to(who), reason: plainData(reason, 'the reason') })),
    restart: async (supervisor: unknown, child: unknown) =>
      void (await link.act('restart', { supervisor: to(supervisor), child })),
    help: HELP,
  }
}

/** The observer's tree, which prints as a drawing. */
function drawnTree(tree: unknown): unknown {
  if (typeof tree !== 'object' || tree === null) return tree
  const draw = (_depth: number, options: { readonly colors?: boolean }): string =>
    treeLines({ tree: tree as TreeSnapshot }, '')
      .map((line) => drawn(line, Number.POSITIVE_INFINITY, painter(options.colors === true)))
      .join('\n')
  return Object.defineProperty(tree, inspect.custom, { value: draw })
}

/** @throws CONSOLE_ARGUMENT */
function timeoutOf(given: unknown): number {
  if (given === undefined) return USUAL
  if (isTimeout(given) && given !== Number.POSITIVE_INFINITY) return given as number
  throw consoleArgument('the time-out', 'milliseconds, such as 5000', given)
}

const HELP = Object.defineProperty({}, inspect.custom, {
  value: () => `ref('counter').call.add(2)     calls a method, and prints the reply
ref('counter').cast.reset()    casts
ref('counter').with(30_000)    the same server, with 30 s for a call
call('clock', request)         calls a server that has no class; also cast, send
tree()                         the supervision tree; tree('shop') a part of it
processes('count')             those whose name has that in it; names() the names
info('counter'), info('0.12')  one process: what it does, its mailbox, its state
sys.getState('counter')        its state; also getStatus, suspend, resume
crashes(), overview()          what has crashed; the program
exit('counter')                ends it in order; exit('counter', 'kill') at once
restart('shop', 'counter')     stops and starts a child of a supervisor
Tab completes names and methods, Ctrl-C abandons a line, Ctrl-D leaves.`,
})
