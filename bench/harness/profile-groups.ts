/** What the functions of a profile belong to. What is not known is named after its folder, so nothing is hidden. */

/** A function as V8's profiler names it. */
export interface Frame {
  readonly functionName: string
  /** Empty for what is no JavaScript. */
  readonly url: string
  /** Both from 0. */
  readonly lineNumber?: number
  readonly columnNumber?: number
}

export interface Group {
  readonly name: string
  /** What is in it, for the page. */
  readonly what: string
}

const group = (name: string, what: string): Group => ({ name, what })

export const COLLECTION = group(
  'garbage collection',
  'on the main thread; what the helper threads do beside it is not in the figure',
)
export const PROMISES = group('promises and microtasks', 'V8 and Node: running microtasks, then, resolve')
export const OUTSIDE = group(
  'V8 outside JavaScript',
  'what V8 calls `(program)`: built-in code without a caller, among it the step from one microtask to the next; the system',
)
export const WAITING = group('waiting', 'the thread had nothing to do')
const CONTEXT = group('async context', 'Node: `AsyncLocalStorage`, async hooks')
const ERRORS = group('errors', 'Node and V8: what `new Error` does for the stack')
const USER = group(
  'the benchmark’s own code',
  'handlers and senders, with what V8 does for them: here `new Error` and its stack, an `await`',
)
const CONTAINMENT = group('containment', 'who made a promise, and whose code runs: `Kernel.contain`')
const MESSAGES = group('kernel: messages and turns', 'mailbox, `receive`, whose turn it is')
const CALLS = group(
  'kernel: calls, monitors, links',
  'requests and their time-outs, monitors, links, signals, names',
)
const LIVES = group('kernel: starts and ends', 'a process made, started, ended')
const SERVER = group('GenServer', 'from a message to the method and its answer')
const CLIENT = group('GenServer: the client', 'from `ref.cast.method()` to the message')
const STARTING = group('GenServer: starts', 'instance, client, `init`')
const SUPERVISOR = group('supervisor', 'children, strategies, intensity')
const REPORTS = group('reports and log', 'crash, supervisor and progress reports')
const NODE = group('Node', 'its own JavaScript: HTTP, sockets, streams, timers')

/** The order of the page where shares are equal. */
export const GROUPS: readonly Group[] = [
  COLLECTION,
  PROMISES,
  CONTEXT,
  CONTAINMENT,
  ERRORS,
  USER,
  MESSAGES,
  CALLS,
  LIVES,
  SERVER,
  CLIENT,
  STARTING,
  SUPERVISOR,
  REPORTS,
  NODE,
  OUTSIDE,
  WAITING,
]

const WITHOUT_SOURCE: Readonly<Record<string, Group>> = {
  '(garbage collector)': COLLECTION,
  '(program)': OUTSIDE,
  '(root)': OUTSIDE,
  '(idle)': WAITING,
  runMicrotasks: PROMISES,
}

/** By the path below `node:`. */
const OF_NODE: readonly [RegExp, Group][] = [
  [/async_(hooks|context|local_storage)|promise_hooks/, CONTEXT],
  [/process\/(task_queues|promises)/, PROMISES],
  [/^internal\/(errors|source_map)/, ERRORS],
]

/** By the path below `src/` of the package, or below `dist/` where there is no source map. The first that fits. */
const OF_OURS: readonly [RegExp, Group][] = [
  [/report|^logging\//, REPORTS],
  [/^kernel\/(context\/(?!current-kernel)|mail\/message-isolation)/, CONTAINMENT],
  [
    /^kernel\/(mail\/|schedule\/scheduler|process\/(process|turn)|probe\/|context\/current-kernel|clock)/,
    MESSAGES,
  ],
  [
    /^kernel\/(kernel|calls\/|signals\/|schedule\/|timers\/|names\/|terms\/reference|errors\/time-checks)/,
    CALLS,
  ],
  [/^kernel\//, LIVES],
  [/^genserver\/(client|messages)\//, CLIENT],
  [/^genserver\/(server\/start|class-form\/handler-table)\./, STARTING],
  [/^genserver\//, SERVER],
  [/^supervisor\//, SUPERVISOR],
]

/** The group of a frame; undefined for built-in functions, which belong to who calls them. */
export function groupOf({ functionName, url }: Frame): Group | undefined {
  if (url === '') return WITHOUT_SOURCE[functionName]
  if (url.startsWith('node:')) return found(OF_NODE, url.slice('node:'.length)) ?? NODE
  const library = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  if (library !== undefined) return group(library, 'of npm')
  if (/\/bench\/(dist\/)?(heartwood|harness|floors|peers)\//.test(url)) return USER
  const ours = /\/(?:dist|src)\/(.+)$/.exec(url)?.[1]
  if (ours === undefined) return group('other', url)
  return found(OF_OURS, ours) ?? group(ours.split('/')[0] ?? ours, 'of Heartwood')
}

function found(rules: readonly [RegExp, Group][], path: string): Group | undefined {
  return rules.find(([pattern]) => pattern.test(path))?.[1]
}

/** Where a function stands, as one would look for it: `kernel/process/process.ts`, `node:net`. */
export function placeOf({ url }: Frame): string {
  if (url.startsWith('node:')) return url
  const short = /\/(?:node_modules|dist|src)\/(.+)$/.exec(url)?.[1] ?? url.split('/').at(-1) ?? ''
  return /\/bench\/dist\//.test(url) ? `bench/${short}` : short
}
