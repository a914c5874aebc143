import {
  currentKernel,
  exit,
  type HeartwoodError,
  Kernel,
  monitor,
  type Pid,
  partition,
  type Report,
  receive,
  ref,
  type ServerClass,
  startIsolated,
  startPartitionSupervisor,
  startSupervisor,
  trapExit,
  whereis,
  whichChildren,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

interface Cashier {
  drawerNumber(): number
  fail(): never
  loop(): never
}
interface Counter {
  add(by: number): number
  refuse(amount: number): never
  whoAmI(): Pid
}

const at = (name: string): string => new URL(`./fixtures/${name}.js`, import.meta.url).href
const { Cashier, Desk } = (await import(/* @vite-ignore */ at('shop'))) as Record<
  'Cashier' | 'Desk',
  ServerClass<Cashier>
>
const { Counter } = (await import(/* @vite-ignore */ at('workers'))) as { Counter: ServerClass<Counter> }

async function inKernel(body: (reports: Report[]) => unknown): Promise<void> {
  const reports: Report[] = []
  await new Kernel({ node: 'host', report: (it) => reports.push(it) }).run(async () => {
    trapExit(true)
    await body(reports)
  })
}

/** The child of the supervisor that runs isolated. */
async function cashier() {
  const [child] = await whichChildren('desk')
  return ref(Cashier, child?.pid as Pid)
}

/** Waits until somebody has the name again. */
async function up(name: string): Promise<void> {
  while (whereis(name) === undefined) await currentKernel().settled()
}

async function over(pid: Pid): Promise<unknown> {
  return ((await receive({ ref: monitor(pid) })) as unknown as { reason: unknown }).reason
}

describe('a supervisor in a thread of its own', () => {
  it('has its children and what they get injected there', () =>
    inKernel(async () => {
      const top = await startSupervisor({ children: [Desk] })
      const desk = whereis('desk') as Pid
      const first = await cashier()
      expect([(first.pid as Pid).node, await first.call.drawerNumber()]).toEqual([desk.node, 1])
      expect(whereis('cashier')).toBeUndefined()
      exit(top, 'shutdown')
      expect(await over(desk)).toBe('shutdown')
    }))

  it('restarts them there, and is ended with them by force', () =>
    inKernel(async (reports) => {
      const top = await startSupervisor({ children: [Desk] })
      const desk = whereis('desk') as Pid
      const first = await cashier()
      const error = await first.call.fail().catch((thrown: HeartwoodError) => thrown)
      expect(error).toMatchObject({ code: 'CALL_SERVER_EXITED' })
      const second = await cashier()
      expect(second.pid).not.toBe(first.pid)
      expect(await second.call.drawerNumber()).toBe(1)
      expect(reports.filter(({ kind }) => kind === 'supervisor').map(({ pid }) => pid)).toEqual([desk])
      const looping = second.call.loop().catch((thrown: HeartwoodError) => thrown)
      exit(desk, 'kill')
      expect(await looping).toMatchObject({ details: { reason: 'killed' } })
      await up('desk')
      expect((whereis('desk') as Pid).node).toBe('Desk#2@host')
      exit(top, 'shutdown')
      await over(top)
    }))

  it('tells of a crash once at level error, whoever tells more of it, here and there', () =>
    inKernel(async (reports) => {
      const start = () => startIsolated(Counter, undefined, { isolate: 'thread', name: 'counter' })
      const top = await startSupervisor({ children: [{ id: 'counter', start }] })
      for (let crashes = 0; crashes < 2; crashes++) {
        const crashed = whereis('counter') as Pid
        await ref(Counter, crashed)
          .call.refuse(1)
          .catch(() => {})
        while ([undefined, crashed].includes(whereis('counter'))) await currentKernel().settled()
      }
      const told = reports.filter(({ incident }) => incident !== undefined)
      const [first, second] = new Set(told.map(({ incident }) => incident))
      const ofOne = (incident: unknown) => [
        ['server', 'info', incident],
        ['crash', 'error', incident],
        ['supervisor', 'info', incident],
      ]
      expect(told.map(({ kind, level, incident }) => [kind, level, incident])).toEqual([
        ...ofOne(first),
        ...ofOne(second),
      ])
      exit(top, 'shutdown')
      await over(top)
    }))

  it('is one of the kernel of a test', async () => {
    await using kernel = new TestKernel().install()
    await startSupervisor({ children: [Desk] })
    expect(await ref(Cashier).call.drawerNumber()).toBe(1)
    expect((whereis('desk') as Pid).node).toBe(kernel.node)
  })
})

describe('partitions in threads of their own', () => {
  it('are addressed as any', () =>
    inKernel(async () => {
      const start = () => startIsolated(Counter, undefined, { isolate: 'thread', name: undefined })
      const child = { id: 'counter', start }
      const top = await startPartitionSupervisor({ child, partitions: 2 }, { name: 'counters' })
      const nodes = await Promise.all(
        [0, 1].map(async (key) => (await ref(Counter, partition('counters', key)).call.whoAmI()).node),
      )
      expect(new Set(nodes).size).toBe(2)
      expect(await ref(Counter, partition('counters', 3)).call.add(2)).toBe(2)
      exit(top, 'shutdown')
      await over(top)
    }))
})
