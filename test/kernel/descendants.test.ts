import {
  type ChildSpec,
  start,
  startChild,
  startLink,
  startMonitor,
  startSupervisor,
  stateMachine,
  Task,
  whereis,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import {
  exit,
  isAlive,
  link,
  monitor,
  own,
  type Pid,
  receive,
  self,
  send,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
} from '../../src/kernel/index.js'
import { downOf, idle, inWorld, type World } from './world.js'

/** What a process owns, and the moment in which it is closed. */
class Slow {
  closed = false
  #done: () => void = () => {}

  /** To be called by the process that owns it. */
  opened(): void {
    own({
      close: () =>
        new Promise<void>((resolve) => {
          if (this.closed) resolve()
          else this.#done = resolve
        }),
    })
  }

  finish(): void {
    this.closed = true
    this.#done()
  }
}

/** A worker that owns something that takes its time to close. */
const owner = (slow: Slow, name: string) => ({
  id: name,
  start: () =>
    startLink(
      {
        init: () => {
          slow.opened()
          return { state: undefined }
        },
      },
      undefined,
      { name },
    ),
})

/** What the processes below open. */
let opens: () => void = () => {}

const trapping = {
  init: () => {
    trapExit(true)
    opens()
    return { state: undefined }
  },
}

const machine = stateMachine({
  init: () => {
    trapExit(true)
    opens()
    return { state: 'here', data: undefined }
  },
  states: { here: () => 'keep_state' },
})

/** Reads a stream whose one task goes on. */
async function startStreaming(): Promise<void> {
  const stream = Task.asyncStream([1], async () => {
    opens()
    await idle()
  })
  for await (const _ of stream) expect.unreachable()
}

/** Whether the end of the process behind `ref` has been told by now. */
async function told(world: World, ref: Parameters<typeof downOf>[0]): Promise<boolean> {
  await world.kernel.settled()
  return (await receive(downOf(ref), { timeout: 0 })) !== undefined
}

describe('what the descendants of a dead process own is closed before its death is told', () => {
  it.each(['kill', 'crashed'])('to those who monitor a supervisor that ends with %s', (reason) =>
    inWorld(async (world) => {
      const slow = new Slow()
      const { pid, ref } = spawnMonitor(async () => {
        const supervisor = await startSupervisor({ children: [owner(slow, 'web')] }, { name: 'top' })
        expect(supervisor).toBeDefined()
        await idle()
      })
      await world.kernel.settled()
      exit(pid, reason)
      expect(await told(world, ref)).toBe(false)
      expect(whereis('web')).toBeUndefined()
      slow.finish()
      expect(await told(world, ref)).toBe(true)
    })())

  it(
    'to the supervisor above, which then starts the next incarnation',
    inWorld(async (world) => {
      const closing: Slow[] = []
      const open: string[] = []
      const web = {
        id: 'web',
        start: () => {
          if (closing.some(({ closed }) => !closed)) open.push('EADDRINUSE')
          const slow = new Slow()
          closing.push(slow)
          return owner(slow, 'web').start()
        },
      }
      const middle = {
        id: 'middle',
        type: 'supervisor' as const,
        start: () => startSupervisor({ children: [web] }, { name: 'middle' }),
      }
      spawn(async () => {
        await startSupervisor({ intensity: 3, children: [middle] }, { name: 'top' })
        await idle()
      })
      await world.kernel.settled()
      for (let life = 0; life < 3; life++) {
        const before = whereis('middle')
        exit(before as NonNullable<typeof before>, 'kill')
        await world.clock.advance(300)
        expect([whereis('middle'), closing.length]).toEqual([undefined, life + 1])
        closing[life]?.finish()
        await world.kernel.settled()
        expect(whereis('middle')).toBeDefined()
        expect(closing).toHaveLength(life + 2)
      }
      expect(open).toEqual([])
    }),
  )

  it(
    'over several levels, and of a helper that a worker is linked to',
    inWorld(async (world) => {
      const slow = new Slow()
      const worker = {
        id: 'worker',
        start: () =>
          startLink(
            {
              init: () => {
                spawnLink(async () => {
                  slow.opened()
                  await idle()
                })
                return { state: undefined }
              },
            },
            undefined,
            { name: 'worker' },
          ),
      }
      const { pid, ref } = spawnMonitor(async () => {
        const inner = { id: 'inner', start: () => startSupervisor({ children: [worker] }) }
        await startSupervisor({
          children: [{ id: 'outer', start: () => startSupervisor({ children: [inner] }) }],
        })
        await idle()
      })
      await world.kernel.settled()
      exit(pid, 'kill')
      expect(await told(world, ref)).toBe(false)
      slow.finish()
      expect(await told(world, ref)).toBe(true)
    }),
  )

  it(
    'to the supervisor above three that are nested, of which the lowest stops its children in turn',
    inWorld(async (world) => {
      const closing: Slow[] = []
      const web = (id: string) => ({
        id,
        start: () => {
          const slow = new Slow()
          closing.push(slow)
          return owner(slow, id).start()
        },
      })
      const above = (id: string, ...children: ChildSpec[]) => ({
        id,
        type: 'supervisor' as const,
        start: () => startSupervisor({ children }, { name: id }),
      })
      spawn(async () => {
        const nested = above('one', above('two', above('three', web('ada'), web('bob'))))
        await startSupervisor({ intensity: 1, children: [nested] }, { name: 'top' })
        await idle()
      })
      await world.kernel.settled()
      exit(whereis('one') as Pid, 'kill')
      await world.clock.advance(300)
      expect([whereis('one'), closing.length]).toEqual([undefined, 2])
      closing[1]?.finish()
      await world.clock.advance(300)
      expect([whereis('one'), closing.length]).toEqual([undefined, 2])
      closing[0]?.finish()
      await world.kernel.settled()
      expect([whereis('three') !== undefined, closing.length]).toEqual([true, 4])
    }),
  )

  it.each([
    ['a server that traps exits', () => startLink(trapping)],
    [
      'one that was started with a monitor, and linked',
      () => startMonitor(trapping).then(({ pid }) => link(pid)),
    ],
    ['a state machine that traps exits', () => startLink(machine)],
    ['the tasks of a stream', () => startStreaming()],
  ])('of %s', (_kind, start) =>
    inWorld(async (world) => {
      const slow = new Slow()
      opens = () => slow.opened()
      const { pid, ref } = spawnMonitor(async () => {
        trapExit(true)
        await start()
        await idle()
      })
      await world.kernel.settled()
      exit(pid, 'kill')
      expect(await told(world, ref)).toBe(false)
      slow.finish()
      expect(await told(world, ref)).toBe(true)
    })())

  it(
    'also of one that was closing before',
    inWorld(async (world) => {
      const slow = new Slow()
      const { pid, ref } = spawnMonitor(async () => {
        trapExit(true)
        const child = spawnLink(async () => {
          slow.opened()
          await idle()
        })
        await receive('end it')
        exit(child, 'kill')
        await idle()
      })
      await world.kernel.settled()
      send(pid, 'end it')
      await world.kernel.settled()
      exit(pid, 'kill')
      expect(await told(world, ref)).toBe(false)
      slow.finish()
      expect(await told(world, ref)).toBe(true)
    }),
  )

  it(
    'of dynamic children',
    inWorld(async (world) => {
      const slow = [new Slow(), new Slow()]
      const { pid, ref } = spawnMonitor(async () => {
        const supervisor = await startSupervisor({ children: [] })
        for (const [at, each] of slow.entries()) await startChild(supervisor as never, owner(each, `w${at}`))
        await idle()
      })
      await world.kernel.settled()
      exit(pid, 'kill')
      slow[0]?.finish()
      expect(await told(world, ref)).toBe(false)
      slow[1]?.finish()
      expect(await told(world, ref)).toBe(true)
    }),
  )

  it(
    'for 10 s; then the others are told, and the log says of whom',
    inWorld(async (world) => {
      const { clock, reports } = world
      const { pid, ref } = spawnMonitor(async () => {
        // It traps exits and is in no hurry: a server ends with its parent, but its terminate hangs.
        await startLink({
          init: () => {
            trapExit(true)
            own({ close: () => undefined })
            return { state: undefined }
          },
          terminate: () => idle() as never,
        })
        await idle()
      })
      await world.kernel.settled()
      exit(pid, 'kill')
      await clock.advance(9_999)
      expect(await told(world, ref)).toBe(false)
      await clock.advance(1)
      expect(await told(world, ref)).toBe(true)
      expect(reports.find(({ kind }) => kind === 'resource')?.message).toMatch(
        /did not close: what <\S+> owned: not within 10000 ms/,
      )
    }),
  )
})

describe('nobody waits', () => {
  it(
    'for a process that does not end with it: one it is not linked to, and a script that traps exits',
    inWorld(async (world) => {
      const { pid, ref } = spawnMonitor(async () => {
        const body = async (): Promise<void> => {
          trapExit(true)
          new Slow().opened()
          await idle()
        }
        spawn(body)
        spawnLink(body)
        await idle()
      })
      await world.kernel.settled()
      exit(pid, 'kill')
      expect(await told(world, ref)).toBe(true)
    }),
  )

  it.each([
    ['a server', () => start(trapping)],
    ['a state machine', () => start(machine)],
  ])('for %s that was started without a link and linked later: it lives on', (_kind, started) =>
    inWorld(async (world) => {
      opens = () => new Slow().opened()
      let lives: Pid | undefined
      const { pid, ref } = spawnMonitor(async () => {
        lives = await started()
        link(lives)
        await idle()
      })
      await world.kernel.settled()
      exit(pid, 'kill')
      expect(await told(world, ref)).toBe(true)
      expect(isAlive(lives as Pid)).toBe(true)
    })())

  it(
    'for children of an ordinary end that do not hear of it',
    inWorld(async (world) => {
      const { ref } = spawnMonitor(() => {
        spawnLink(async () => {
          new Slow().opened()
          await idle()
        })
      })
      expect(await told(world, ref)).toBe(true)
    }),
  )

  it(
    'where nothing is owned, or nothing any more',
    inWorld(async (world) => {
      const { pid, ref } = spawnMonitor(async () => {
        const me = self()
        const child = spawnLink(async () => {
          const closed = { close: () => new Promise(() => {}) }
          const { disown } = await import('heartwood')
          own(closed)
          disown(closed)
          await idle()
        })
        monitor(child)
        send(me, 'go on')
        await idle()
      })
      await world.kernel.settled()
      exit(pid, 'kill')
      expect(await told(world, ref)).toBe(true)
    }),
  )
})
