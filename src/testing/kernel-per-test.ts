/** A kernel for each test of a runner that has hooks before and after each, and no more. */
import { checkKnown } from '../kernel/index.js'
// From the index, so that the bundler makes one module of the kit for whatever entry.
import { TestKernel, type TestKernelOptions } from './index.js'
import { TEST_KERNEL_OPTIONS } from './test-kernel/test-kernel.js'

/** The options of `useTestKernel`. */
export interface UseTestKernelOptions extends TestKernelOptions {
  /** Whether `setTimeout`, `Date` and similar functions follow the virtual clock, too. Default false. */
  readonly fakeTimers?: boolean
}

/** The options of the kernels, and whether timers are faked. @throws BAD_OPTION */
export function checkUse(input: UseTestKernelOptions): { fakeTimers: boolean; options: TestKernelOptions } {
  checkKnown('useTestKernel', input, [...TEST_KERNEL_OPTIONS, 'fakeTimers'])
  const { fakeTimers = false, ...options } = input
  return { fakeTimers, options }
}

/** What the hooks of such a runner call. */
export class KernelPerTest {
  readonly #use: ReturnType<typeof checkUse>
  #running: { readonly kernel: TestKernel; readonly test: string } | undefined

  constructor(input: UseTestKernelOptions) {
    this.#use = checkUse(input)
  }

  /** @param test its name, with those of the tests that it stands in before it, and `between` after each of these */
  begin(test: string, between: string): void {
    // A test within a test has the kernel of that one.
    if (this.#running !== undefined && test.startsWith(this.#running.test + between)) return
    const { fakeTimers, options } = this.#use
    const kernel = new TestKernel({ test: `the test "${test}"`, ...options }).install()
    this.#running = { kernel, test }
    if (fakeTimers) kernel.fakeTimers()
  }

  /** @param failed whether it has failed before its end, where the runner says so */
  async end(test: string, failed: boolean): Promise<void> {
    if (this.#running?.test !== test) return
    const { kernel } = this.#running
    this.#running = undefined
    await kernel.finish({ failed })
  }
}
