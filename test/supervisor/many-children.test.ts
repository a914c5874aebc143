import { describe, expect, it } from 'vitest'
import { startLink, stop } from '../../src/genserver/index.js'
import {
  currentKernel,
  exit,
  isAlive,
  Kernel,
  type Pid,
  sleep,
  spawn,
  trapExit,
  VirtualClock,
} from '../../src/kernel/index.js'
import {
  type ChildSpec,
  countChildren,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  whichChildren,
} from '../../src/supervisor/index.js'

const within = <T>(act: () => Promise<T>): Promise<T> =>
  new Kernel({ clock: new VirtualClock(), report: () => undefined }).run(act)

const idle = { init: () => ({ state: undefined }) }
/** More than a start checks in one go. */
const MANY = 2_500

function specs(start: ChildSpec['start']): ChildSpec[] {
  return Array.from({ length: MANY }, (_, at) => ({ id: `c${at}`, start }))
}

/** Whether another process saw something in one of its turns, while `act` ran. */
async function seenDuring(act: () => Promise<unknown>, look: () => boolean): Promise<boolean> {
  let seen = false
  const other = spawn(async () => {
    for (;;) {
      await sleep(0)
      seen ||= look()
    }
  })
  await sleep(0)
  await act()
  exit(other, 'kill')
  return seen
}

describe('a supervisor of very many children', () => {
  it('lets others run while it checks and starts them', () =>
    within(async () => {
      let started = 0
      const start = (): 'ignore' => {
        started++
        return 'ignore'
      }
      const starting = startSupervisor({ children: specs(start) })
      expect(started).toBe(0)
      expect(
        await seenDuring(
          () => starting,
          () => started > 0 && started < MANY,
        ),
      ).toBe(true)
      expect(started).toBe(MANY)
    }))

  it('starts none if the last one is wrong', () =>
    within(async () => {
      let started = 0
      const children = specs(() => {
        started++
        return 'ignore'
      })
      const { id } = children[0] as ChildSpec
      await expect(
        startSupervisor({ children: [...children, { id: 'late' } as never] }),
      ).rejects.toMatchObject({
        code: 'INVALID_CHILD_SPEC',
        details: { child: '"late"', field: 'start' },
      })
      await expect(
        startSupervisor({ children: [...children, { id, start: () => 'ignore' as const }] }),
      ).rejects.toMatchObject({ code: 'DUPLICATE_CHILD_ID', details: { id } })
      expect(started).toBe(0)
    }))

  it('starts those that were in the list when it was called', () =>
    within(async () => {
      const children = specs(() => startLink(idle))
      const starting = startSupervisor({ children })
      children.length = 1
      expect(await countChildren(await starting)).toMatchObject({ active: MANY })
    }))

  it('computed by a function: the same', () =>
    within(async () => {
      const top = await startSupervisor(() => ({ children: specs(() => startLink(idle)) }))
      const entries = await whichChildren(top)
      expect(entries.map(({ id }) => id).reverse()).toEqual(specs(() => 'ignore').map(({ id }) => id))
    }))

  it('ends its check with the process that starts it', () =>
    within(async () => {
      let started = 0
      const starter = spawn(() =>
        startSupervisor({
          children: specs(() => {
            started++
            return 'ignore'
          }),
        }),
      )
      await sleep(0)
      exit(starter, 'kill')
      await currentKernel().settled()
      expect(started).toBe(0)
    }))
})

describe('a dynamic supervisor of very many children', () => {
  it('lets others run while it stops them', () =>
    within(async () => {
      trapExit(true)
      const top = await startDynamicSupervisor({})
      const spec = { id: 'c', start: () => startLink(idle) }
      const pids: Pid[] = []
      for (let at = 0; at < MANY; at++) pids.push((await startChild(top, spec)) as Pid)
      const [first, last] = [pids[0] as Pid, pids.at(-1) as Pid]
      const partly = (): boolean => !isAlive(first) && isAlive(last)
      expect(await seenDuring(() => stop(top), partly)).toBe(true)
      expect(isAlive(last)).toBe(false)
    }))
})
