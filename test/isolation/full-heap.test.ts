import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type DownMessage,
  monitor,
  type Pid,
  receive,
  type ServerClass,
  startIsolated,
  trapExit,
} from 'heartwood'
import { faults } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { expect, it, onTestFinished, vi } from 'vitest'

const url = new URL('./fixtures/workers.js', import.meta.url).href
const { Counter } = (await import(/* @vite-ignore */ url)) as {
  Counter: ServerClass<{ add(by: number): number }>
}

const hostile = new URL('./fixtures/hostile.js', import.meta.url).href
const { Hostile } = (await import(/* @vite-ignore */ hostile)) as {
  Hostile: ServerClass<{ run(source: string): unknown }>
}

useTestKernel({ isolation: 'real' })

// The test after it would be blamed, or this one.
it('a program that takes its time to end is not left behind by the test', async () => {
  const { call } = await startIsolated(Hostile, undefined, { isolate: 'process', name: undefined })
  await call.run(
    "process.on('exit', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300))",
  )
  expect(await call.run('setImmediate(() => process.exit()); return 1')).toBe(1)
})

// Filling a heap takes seconds of a processor. Node can hold the limit of a thread for small objects, as those that are used here.
it.each([
  'process',
  'thread',
] as const)('exhaustHeap fills the heap of a %s, which ends alone and for that reason', async (isolate) => {
  const heapLimit = 33_554_432
  trapExit(true)
  const [full, other] = await Promise.all([
    startIsolated(Counter, undefined, { isolate, name: undefined, heapLimit }),
    startIsolated(Counter, undefined, { isolate, name: undefined }),
  ])
  const ended = async ({ pid }: { readonly pid: unknown }, strike: () => void): Promise<unknown> => {
    const ref = monitor(pid as Pid)
    strike()
    return ((await receive({ ref })) as unknown as DownMessage).reason
  }
  expect(await ended(full, () => faults().exhaustHeap(full.pid as Pid))).toEqual({ heapLimit })
  expect(await other.call.add(1)).toBe(1)
  // Told when it is gone.
  expect(await ended(other, () => faults().kill(other.pid as Pid))).toBe('killed')
})

it('a program that aborts for another reason than its heap ends with the signal, and leaves no file behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'full-heap-'))
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  trapExit(true)
  const server = await startIsolated(Hostile, undefined, {
    isolate: 'process',
    name: undefined,
    heapLimit: 268_435_456,
  })
  const ref = monitor(server.pid as Pid)
  server.call.run('process.abort()').catch(() => {})
  expect(await receive({ ref })).toMatchObject({ reason: { signal: 'SIGABRT' } })
  expect(readdirSync(folder)).toEqual([])
  rmdirSync(folder)
})
