/** The kit for vitest: a kernel for each test, and matchers. */
import * as vitest from 'vitest'
import { beforeAll, beforeEach, expect, type RunnerTestCase } from 'vitest'
import { guardProcesses } from '../guards/index.js'
import { currentKernel } from '../kernel/index.js'
import { testKernel } from './current-test-kernel.js'
import { type HeartwoodMatchers, matchers } from './expect/matchers.js'
import { checkUse, type UseTestKernelOptions } from './kernel-per-test.js'
import { divertFailures } from './test-kernel/program-footprint.js'
import { comesOfTheEnd } from './test-kernel/test-end.js'
import { TestKernel } from './test-kernel/test-kernel.js'
import { Lease } from './time/counted-replacement.js'

export type { UseTestKernelOptions } from './kernel-per-test.js'

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the very words of vitest's own declaration, which TypeScript demands
  interface Matchers<T = any> extends HeartwoodMatchers<T> {}
}

/** What is left over of a test that is over may fail at any time up to the end of its file. */
const leftOverFailures = new Lease(() =>
  divertFailures((reason, promise) => {
    const kernel = currentKernel()
    return (
      kernel.contain(reason, promise) ||
      comesOfTheEnd(reason, kernel instanceof TestKernel && kernel.isEnding)
    )
  }),
)

/** For tests that run at the same time: the kernel that is installed has its own. */
const guards = new Lease(guardProcesses)

/**
 * Gives each test of a file, or of a `describe`, a `TestKernel` of its own, which is the default kernel while the test
 * runs. After the test, everything is stopped and restored. The test fails if a process crashed unexpectedly,
 * or if something is left behind. ExUnit's `use ExUnit.Case` and `start_supervised`.
 *
 * It also adds the matchers `toBeAlive`, `toHaveExited`, `toHaveRestarted`, `toHaveCrashed`, `toHaveTree` to `expect`.
 *
 * Tests that run at the same time (`it.concurrent`) have a kernel each for the code that they start, and none is the default one.
 *
 * @returns a function that returns the kernel of the running test
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
export function useTestKernel(input: UseTestKernelOptions = {}): () => TestKernel {
  const { fakeTimers, options } = checkUse(input)
  expect.extend(matchers)
  beforeAll(() => {
    const held = leftOverFailures.hold()
    return () => held[Symbol.dispose]()
  })
  const kernelOf = ({ name }: Readonly<RunnerTestCase>): TestKernel =>
    new TestKernel({ test: `the test "${name}"`, ...options })
  const begin = (kernel: TestKernel, task: Readonly<RunnerTestCase>): void => {
    if (runsBesideOthers(task)) {
      const held = guards.hold()
      kernel.onFinish(() => held[Symbol.dispose]())
    } else kernel.install()
    if (fakeTimers) kernel.fakeTimers()
  }
  const { aroundEach } = vitest as Partial<typeof vitest>
  if (aroundEach === undefined) {
    // vitest before 4.1: the code of hooks stands on the default kernel.
    beforeEach(async ({ onTestFinished, task }) => {
      const { getFn, setFn } = await import('vitest/suite')
      const errors = errorsOf(task).length
      const kernel = kernelOf(task)
      // Not by returning it: vitest forgets what was returned when another `beforeEach` fails.
      onTestFinished(() => finish(kernel, errorsOf(task).slice(errors)))
      begin(kernel, task)
      const test = getFn(task)
      setFn(task, () => kernel.runTest(test))
      onTestFinished(() => setFn(task, test))
    })
  } else {
    aroundEach(async (runTest, { task }) => {
      const errors = errorsOf(task).length
      const kernel = kernelOf(task)
      try {
        begin(kernel, task)
        await kernel.runTest(runTest)
      } finally {
        await kernel.runTest(() => finish(kernel, errorsOf(task).slice(errors)))
      }
    })
  }
  return () => testKernel('useTestKernel')
}

type Errors = NonNullable<RunnerTestCase['result']>['errors']

/** Of an earlier try, too, where a test is tried again. */
function errorsOf({ result }: Readonly<RunnerTestCase>): NonNullable<Errors> {
  return result?.errors ?? []
}

/** Whether it is concurrent, or stands in a suite that is. */
function runsBesideOthers(task: Readonly<RunnerTestCase>): boolean {
  for (let at: Readonly<Concurrent> | undefined = task; at !== undefined; at = at.suite)
    if (at.concurrent === true) return true
  return false
}

interface Concurrent {
  readonly concurrent?: boolean | undefined
  readonly suite?: Concurrent | undefined
}

/** Says why a test that timed out did, if it waited for a time that stood still. */
async function finish(kernel: TestKernel, errors: NonNullable<Errors>): Promise<void> {
  const timedOut = errors.some(({ message }) => message.startsWith('Test timed out'))
  const failure = timedOut ? kernel.stoodStill() : undefined
  await kernel.finish({ failed: errors.length > 0 })
  if (failure !== undefined) throw failure
}
