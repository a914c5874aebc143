/** Which programs there are, how each is run, and how far its output is settled. */
export interface Program {
  readonly name: string
  readonly arguments: readonly string[]
  /** Whether its processes print at the same time, so that the lines come in any order. */
  readonly unordered: boolean
}

const program = (name: string, unordered = false, ...args: string[]): Program => ({
  name,
  arguments: args,
  unordered,
})

export const PROGRAMS: readonly Program[] = [
  program('spawn-and-alive'),
  program('mailbox'),
  program('looper'),
  program('todo-list'),
  program('thousand-workers', true, 'one-by-one'),
  program('thousand-workers', true, 'task-per-save'),
  program('health-checks', true),
  program('echo'),
  program('status-collector'),
  program('crash-together'),
  program('trap-exit'),
  program('monitors', true),
  program('named-health-checker'),
  program('request-response'),
  program('fire-and-forget'),
  program('worker-pool'),
  program('parallel-health-checks'),
  program('metric-collector'),
  program('greeting'),
  program('pub-sub', true, 'too-soon'),
  program('pub-sub', true, 'no-wait'),
  program('pub-sub', true, 'told'),
  program('parallel-map'),
  program('counter'),
]

const SAVED = /^Saved work from worker \d+ in the ([a-z ]+): \d+$/

/** The output without what differs from run to run: pids, random results, and the order of what runs in parallel. */
export function settled(output: string, { unordered }: Program): string[] {
  const lines = output
    .trim()
    .replaceAll(/#PID<[\d.]+>|<\d+\.[\d.]+>/g, '#PID')
    .split('\n')
  const saved = new Map<string, number>()
  const others = lines.filter((line) => {
    const store = SAVED.exec(line)?.[1]
    if (store !== undefined) saved.set(store, (saved.get(store) ?? 0) + 1)
    return store === undefined
  })
  const settled = [
    ...others,
    ...[...saved].map(([store, count]) => `${count} lines of work saved in the ${store}`),
  ]
  return unordered ? settled.sort() : settled
}

/** Where the twin's output is recorded, below `elixir/`. */
export const recordOf = (program: Program): string => `${[program.name, ...program.arguments].join('.')}.txt`
