import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import {
  exit,
  type HeartwoodError,
  type IsolationOptions,
  Kernel,
  monitor,
  type Pid,
  type Report,
  receive,
  ref,
  type ServerClass,
  startIsolated,
  startSupervisor,
  trapExit,
  whereis,
} from 'heartwood'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

interface Unsteady {
  node(): string
}

interface Counter {
  whoAmI(): Pid
}

const url = new URL('./fixtures/workers.js', import.meta.url).href
const { Unsteady, Counter } = (await import(/* @vite-ignore */ url)) as {
  Unsteady: ServerClass<Unsteady>
  Counter: ServerClass<Counter>
}

/** Threads in the order in which they were made. */
let threads: Worker[]
const made = (thread: Worker): void => {
  threads.push(thread)
}

beforeEach(() => {
  threads = []
  process.on('worker', made)
})
afterEach(() => {
  process.off('worker', made)
})

/** Runs a test as a process of a kernel of its own. `told` resolves with the next report that matches. */
async function inKernel(
  body: (world: { reports: Report[]; told: (kind: string) => Promise<Report> }) => unknown,
): Promise<void> {
  const reports: Report[] = []
  const waiting: { kind: string; resolve: (report: Report) => void }[] = []
  const report = (it: Report): void => {
    reports.push(it)
    for (const { kind, resolve } of waiting) if (it.kind === kind) resolve(it)
  }
  const told = (kind: string) => new Promise<Report>((resolve) => waiting.push({ kind, resolve }))
  await new Kernel({ node: 'host', report }).run(async () => {
    trapExit(true)
    await body({ reports, told })
  })
}

/** A supervisor of one server with spares. */
const supervised = (Class: ServerClass<object>, options: Partial<IsolationOptions> = {}) =>
  startSupervisor({
    children: [
      { id: 'it', start: () => startIsolated(Class, undefined, { isolate: 'thread', warm: 1, ...options }) },
    ],
  })

async function ended(pid: Pid, reason: 'kill' | 'shutdown'): Promise<void> {
  const down = monitor(pid)
  exit(pid, reason)
  await receive({ ref: down })
}

describe('a server with warm: 1', () => {
  it('is restarted in a thread that had loaded before, and ends its spares with its supervisor', () =>
    inKernel(async () => {
      const supervisor = await supervised(Counter)
      const counter = ref(Counter).with({ waitForRestart: 20_000 })
      expect((await counter.call.whoAmI()).node).toBe('Counter#1@host')
      expect(threads).toHaveLength(2)
      await ended(whereis('isolated-counter') as Pid, 'kill')
      expect((await counter.call.whoAmI()).node).toBe('Counter#2@host')
      expect(threads).toHaveLength(3)
      const gone = Promise.all(threads.slice(1).map((thread) => once(thread, 'exit')))
      await ended(supervisor, 'shutdown')
      await gone
      expect(threads).toHaveLength(3)
    }))

  it('is told once of spares that cannot be loaded, and starts all the same', () =>
    inKernel(async ({ reports, told }) => {
      const failed = told('isolation')
      const supervisor = await supervised(Unsteady)
      expect(await failed).toMatchObject({
        level: 'warn',
        name: 'Unsteady',
        message: expect.stringMatching(/Unsteady: a spare thread ended .*warm: 1.*there is no room/),
      })
      const second = once(process, 'worker').then(() => once(process, 'worker'))
      await ended(whereis('unsteady') as Pid, 'kill')
      expect(await ref(Unsteady).with({ waitForRestart: 20_000 }).call.node()).toBe('Unsteady#3@host')
      const [spare] = await second
      await once(spare as Worker, 'exit')
      expect(reports.filter(({ kind }) => kind === 'isolation')).toHaveLength(1)
      await ended(supervisor, 'shutdown')
    }))

  it('has no more than there is any use for', () =>
    inKernel(async () => {
      const start = startIsolated(Counter, undefined, { isolate: 'thread', warm: 1_000 })
      await expect(start).rejects.toMatchObject({
        code: 'ISOLATE_OPTION',
        message: expect.stringContaining('from 0 to 64'),
      } satisfies Partial<HeartwoodError>)
    }))
})
