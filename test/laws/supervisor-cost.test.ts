/** What a supervisor does for one child costs the same however many children it has, and however much waits for it. */
import { describe, expect, it, vi } from 'vitest'
import {
  currentKernel,
  exit,
  Kernel,
  type Pid,
  send,
  sleep,
  spawn,
  trapExit,
} from '../../src/kernel/index.js'
import {
  countChildren,
  getChildSpec,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { Looked } from './cost-of-each.js'

const child = (): Pid => currentKernel().spawnBehaviour({ handle() {} }, { link: true })
const specs = (count: number, more = {}) =>
  Array.from({ length: count }, (_, index) => ({ id: `c${index}`, start: child, ...more }))

const pidsOf = async (supervisor: Pid): Promise<Pid[]> =>
  (await whichChildren(supervisor)).map(({ pid }) => pid as Pid).reverse()

/** Has so many messages wait in front of a supervisor, and gives what counts how often each of them is looked at. */
function inFrontOf(supervisor: Pid, count: number): Looked[] {
  const messages = Array.from({ length: count }, () => new Looked())
  for (const { message } of messages) send(supervisor, message)
  return messages
}

const most = (messages: readonly Looked[]): number => Math.max(...messages.map(({ count }) => count))

const run = (body: () => Promise<void>): Promise<void> =>
  new Kernel({ report() {} }).run(body) as Promise<void>

describe('how often a supervisor looks at each message that waits, while it stops many children', () => {
  const run = (body: () => Promise<void>): Promise<void> =>
    new Kernel({ report() {} }).run(body) as Promise<void>

  for (const strategy of ['one_for_all', 'rest_for_one'] as const) {
    it(`that died in the same moment, ${strategy}`, () =>
      run(async () => {
        trapExit(true)
        const supervisor = await startSupervisor({ strategy, intensity: 1_000, children: specs(100) })
        const pids = await pidsOf(supervisor)
        exit(pids[0] as Pid, 'boom')
        const messages = inFrontOf(supervisor, 50)
        for (const pid of pids) exit(pid, 'boom')
        await getChildSpec(supervisor, 'c0')
        expect(await countChildren(supervisor)).toMatchObject({ active: 100 })
        expect(most(messages)).toBeLessThan(20)
      }))
  }

  it('that are terminated all at once', () =>
    run(async () => {
      const supervisor = await startSupervisor({ children: specs(100) })
      const terminated = specs(100).map(({ id }) => terminateChild(supervisor, id))
      const messages = inFrontOf(supervisor, 50)
      await Promise.all(terminated)
      expect(most(messages)).toBeLessThan(20)
    }))

  it('that are terminated all at once, under a dynamic supervisor', () =>
    run(async () => {
      const supervisor = await startDynamicSupervisor({})
      const pids: Pid[] = []
      for (const spec of specs(100)) pids.push((await startChild(supervisor, spec)) as Pid)
      const terminated = pids.map((pid) => terminateChild(supervisor, pid))
      const messages = inFrontOf(supervisor, 50)
      await Promise.all(terminated)
      expect(most(messages)).toBeLessThan(20)
    }))
})

it('a supervisor that restarts a child makes no list of the others', () =>
  run(async () => {
    trapExit(true)
    const supervisor = await startSupervisor({ children: specs(500) })
    const [pid] = await pidsOf(supervisor)
    const { map } = Array.prototype
    let longest = 0
    vi.spyOn(Array.prototype, 'map').mockImplementation(function (this: unknown[], ...args) {
      longest = Math.max(longest, this.length)
      return map.apply(this, args)
    })
    try {
      exit(pid as Pid, 'boom')
      await getChildSpec(supervisor, 'c0')
    } finally {
      vi.restoreAllMocks()
    }
    expect(longest).toBeLessThan(500)
  }))

it('others have their turns while a supervisor starts any number of children', () =>
  run(async () => {
    let turns = 0
    const other = spawn(async () => {
      for (;;) {
        turns++
        await sleep(0)
      }
    })
    await startSupervisor({ children: specs(5_000) })
    exit(other, 'kill')
    expect(turns).toBeGreaterThan(4)
  }))
