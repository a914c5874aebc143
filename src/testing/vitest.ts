/** The kit for vitest: a kernel for each test, and matchers. */
import { beforeEach, expect, type RunnerTestCase } from 'vitest'
import { testKernel } from './current.js'
import { type HeartwoodMatchers, matchers } from './matchers.js'
import { TestKernel, type TestKernelOptions } from './test-kernel.js'

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the very words of vitest's own declaration, which TypeScript demands
  interface Matchers<T = any> extends HeartwoodMatchers<T> {}
}

/** What `useTestKernel` takes. */
export interface UseTestKernelOptions extends TestKernelOptions {
  /** Whether `setTimeout`, `Date` and their like follow the virtual clock, too. Default false. */
  readonly fakeTimers?: boolean
}

/**
 * Gives each test of a file, or of a `describe`, a `TestKernel` of its own, which is the default kernel as long as it
 * runs; afterwards all of it is stopped and taken back, and the test fails when a process crashed that was not expected
 * to, or when something is left behind. ExUnit's `use ExUnit.Case` and `start_supervised`.
 *
 * It also teaches `expect` the matchers `toBeAlive`, `toHaveExited`, `toHaveRestarted`, `toHaveCrashed`, `toHaveTree`.
 *
 * Not for tests that run at the same time (`it.concurrent`): these make a `TestKernel` each and use `kernel.run`.
 *
 * @returns the kernel of the test that runs
 * @example
 * ```ts
 * const kernel = useTestKernel()
 *
 * it('counts', async () => {
 *   const counter = await startSupervised(Counter)
 *   expect(await counter.call.add(2)).toBe(2)
 *   expect(kernel().reportsOf('crash')).toEqual([])
 * })
 * ```
 */
export function useTestKernel({
  fakeTimers = false,
  ...options
}: UseTestKernelOptions = {}): () => TestKernel {
  expect.extend(matchers)
  beforeEach(({ onTestFinished, task }) => {
    const kernel = new TestKernel(options).install()
    // Not by returning it: vitest forgets what was returned when another `beforeEach` fails.
    onTestFinished(() => finish(kernel, task))
    if (fakeTimers) kernel.fakeTimers()
  })
  return () => testKernel('useTestKernel')
}

/** Says why a test that timed out did, if it waited for a time that stood still. */
async function finish(kernel: TestKernel, { result }: Readonly<RunnerTestCase>): Promise<void> {
  const timedOut = result?.errors?.some(({ message }) => message.startsWith('Test timed out')) === true
  const failure = timedOut ? kernel.stoodStill() : undefined
  if (result?.state === 'fail') kernel.faults.forgive()
  await kernel.finish()
  if (failure !== undefined) throw failure
}
