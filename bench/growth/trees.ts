/** Supervisors, registries and groups. */
import {
  countChildren,
  currentKernel,
  DuplicateRegistry,
  exit,
  getChildSpec,
  type Pid,
  ProcessGroups,
  PubSub,
  receive,
  type SupervisorOptions,
  spawn,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  stop,
  terminateChild,
  trapExit,
  UniqueRegistry,
  whichChildren,
} from 'heartwood'
import { checkChildSpecs } from 'heartwood/tools'
import { range, type Situation, type Timed } from './situation.js'

const child = (): Pid => currentKernel().spawnBehaviour({ handle() {} }, { link: true })

/** A supervisor that may restart as often as need be. */
function supervisor(
  count: number,
  options: Partial<SupervisorOptions> = {},
  spec: object = {},
): Promise<Pid> {
  trapExit(true)
  const children = range(count).map((index) => ({ id: `c${index}`, start: child, ...spec }))
  return startSupervisor({ intensity: 1e9, ...options, children })
}

async function pidsOf(pid: Pid): Promise<Pid[]> {
  return (await whichChildren(pid)).map((entry) => entry.pid as Pid).reverse()
}

/** All children die in the same moment. */
async function allDie(strategy: SupervisorOptions['strategy'], count: number, timed: Timed): Promise<void> {
  const pid = await supervisor(count, { strategy })
  const pids = await pidsOf(pid)
  await timed(async () => {
    for (const each of pids) exit(each, 'boom')
    await getChildSpec(pid, 'c0')
  })
}

/** The last child ends as often as there are children. */
async function lastDies(strategy: SupervisorOptions['strategy'], count: number, timed: Timed): Promise<void> {
  trapExit(true)
  let last: Pid | undefined
  const start = (): Pid => {
    last = child()
    return last
  }
  const children = [
    ...range(count).map((index) => ({ id: `c${index}`, start: child })),
    { id: 'last', start },
  ]
  const pid = await startSupervisor({ strategy, intensity: 1e9, period: 1, children })
  await timed(async () => {
    for (const _ of range(count)) {
      exit(last as Pid, 'boom')
      await getChildSpec(pid, 'last')
    }
  })
}

export const TREES: readonly Situation[] = [
  {
    name: 'children of a supervisor, started, counted, listed and stopped',
    of: ['startSupervisor', 'countChildren', 'whichChildren', 'stop'],
    run: (count, timed) =>
      timed(async () => {
        const pid = await supervisor(count)
        await countChildren(pid)
        await whichChildren(pid)
        await stop(pid, 'shutdown', Infinity)
      }),
  },
  {
    name: 'specs of children that are checked',
    of: ['checkChildSpecs'],
    async run(count, timed) {
      const specs = range(count).map((index) => ({ id: `c${index}`, start: child }))
      await timed(() => checkChildSpecs(specs))
    },
  },
  {
    name: 'children of a dynamic supervisor that is stopped',
    of: ['startDynamicSupervisor', 'stop'],
    async run(count, timed) {
      trapExit(true)
      const pid = await startDynamicSupervisor({})
      const spec = { id: 'c', start: child }
      await Promise.all(range(count).map(() => startChild(pid, spec)))
      await timed(() => stop(pid, 'shutdown', Infinity))
    },
  },
  {
    name: 'children that are terminated at once',
    of: ['terminateChild'],
    async run(count, timed) {
      const pid = await supervisor(count)
      await timed(() => Promise.all(range(count).map((index) => terminateChild(pid, `c${index}`))))
    },
  },
  {
    name: 'children of a dynamic supervisor, started and terminated at once',
    of: ['startDynamicSupervisor', 'startChild', 'terminateChild'],
    run: (count, timed) =>
      timed(async () => {
        const pid = await startDynamicSupervisor({})
        const spec = { id: 'c', start: child }
        const pids = await Promise.all(range(count).map(() => startChild(pid, spec)))
        await Promise.all(pids.map((each) => terminateChild(pid, each as Pid)))
      }),
  },
  {
    name: 'children that die at once, one_for_one',
    of: ['startSupervisor'],
    run: (count, timed) => allDie('one_for_one', count, timed),
  },
  {
    name: 'children that die at once, one_for_all',
    of: ['startSupervisor'],
    run: (count, timed) => allDie('one_for_all', count, timed),
  },
  {
    name: 'children that die at once, rest_for_one',
    of: ['startSupervisor'],
    run: (count, timed) => allDie('rest_for_one', count, timed),
  },
  {
    name: 'restarts of the last of many, one_for_one',
    of: ['startSupervisor'],
    upTo: 30_000,
    run: (count, timed) => lastDies('one_for_one', count, timed),
  },
  {
    name: 'restarts of the last of many, rest_for_one',
    of: ['startSupervisor'],
    upTo: 30_000,
    run: (count, timed) => lastDies('rest_for_one', count, timed),
  },
  {
    name: 'significant children that end in the order of their start',
    of: ['startSupervisor'],
    async run(count, timed) {
      const spec = { restart: 'transient', significant: true }
      const pid = await supervisor(count, { autoShutdown: 'all_significant' }, spec)
      const pids = await pidsOf(pid)
      await timed(async () => {
        for (const each of pids) exit(each, 'shutdown')
        await receive()
      })
    },
  },
  {
    name: 'supervisors below each other',
    of: ['startSupervisor', 'stop'],
    upTo: 10_000,
    run: (count, timed) =>
      timed(async () => {
        trapExit(true)
        const nested = (depth: number): Promise<Pid> =>
          startSupervisor({
            children:
              depth === 0 ? [] : [{ id: 'below', type: 'supervisor', start: () => nested(depth - 1) }],
          })
        const pid = await nested(count)
        await stop(pid, 'shutdown', Infinity)
      }),
  },
  {
    name: 'keys of a registry, and the end of their owner',
    of: ['UniqueRegistry', 'DuplicateRegistry'],
    async run(count, timed) {
      const unique = new UniqueRegistry('unique')
      await unique.startLink()
      const duplicate = new DuplicateRegistry('duplicate')
      await duplicate.startLink()
      await timed(async () => {
        const owner = spawn(async () => {
          for (const index of range(count)) {
            unique.register(`k${index}`)
            duplicate.register('one')
          }
          await receive()
        })
        await currentKernel().settled()
        exit(owner, 'kill')
        await currentKernel().settled()
      })
    },
  },
  {
    name: 'registrations by a process with as many links',
    of: ['UniqueRegistry', 'PubSub'],
    async run(count, timed) {
      const registry = new UniqueRegistry('r')
      await registry.startLink()
      const topics = new PubSub('p')
      await topics.startLink()
      for (const _ of range(count)) child()
      await timed(() => {
        for (const _ of range(count)) {
          registry.register('k')
          registry.unregister('k')
          topics.subscribe('t')
          topics.unsubscribe('t')
        }
      })
    },
  },
  {
    name: 'subscribers that a broadcast reaches',
    of: ['PubSub'],
    async run(count, timed) {
      const topics = new PubSub('p')
      await topics.startLink()
      for (const _ of range(count)) {
        spawn(async () => {
          topics.subscribe('t')
          await receive('never')
        })
      }
      await currentKernel().settled()
      await timed(() => topics.broadcast('t', 'told'))
    },
  },
  {
    name: 'subscribers of a topic, and members of a group',
    of: ['PubSub', 'ProcessGroups'],
    async run(count, timed) {
      const topics = new PubSub('p')
      await topics.startLink()
      const groups = new ProcessGroups('g')
      await groups.startLink()
      await timed(async () => {
        for (const _ of range(count)) {
          spawn(async () => {
            topics.subscribe('t')
            groups.join('g')
            await receive()
          })
        }
        await currentKernel().settled()
        topics.broadcast('t', 'told')
        await currentKernel().settled()
      })
    },
  },
]
