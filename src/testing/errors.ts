import { errorsOf } from '../kernel/index.js'

/** The errors of the test kit. Each fails the test that it concerns. */
export const TESTING_ERRORS = {
  TEST_RUNNER_MISSING:
    'useTestKernel() of heartwood/testing/jest needs the globals beforeEach, afterEach and expect, which jest puts into each file of tests unless injectGlobals is false. Call it in such a file.',
  TEST_KERNEL_MISSING:
    '{action} needs the kernel of a test, but the current kernel is not one. Call useTestKernel() at the top of the file, or new TestKernel().install() in the test. Each test has its own: in beforeAll and afterAll there is none.',
  TEST_IN_SIMULATION:
    '{action} is for the kernel of a test, whose time a test moves. In a simulation it does not work: there crashes, hangs and losses of `faults()` strike where the schedule says, every time-out is a choice of the schedule, and matchers and allowCrashes work as ever.',
  TEST_KERNEL_BUSY:
    'a test kernel is installed already, so another cannot be the default one: the first was not finished, useTestKernel() stands both in a file and in a describe of it, or tests that run at the same time install one each. Await finish(), call useTestKernel() once, or use kernel.runTest(…) in place of install().',
  TEST_OVER:
    '{*test} is over, and so is its kernel: further actions of its code have no effect. Await everything that the test starts.',
  TEST_TIMERS_FAKED:
    'fakeTimers() cannot {*held} (vi.useFakeTimers(), mock.timers or the like), or another test that runs at the same time. Let one of the two hold the time of Node: give that back first, or move it by its own means; the time of the kernel is moved by clock() either way.',
  TEST_TIMERS_REAL:
    "this test runner has modules of Node of its own, so that what code imports from them by name keeps Node's time beside fakeTimers(): `import { setTimeout } from 'node:timers'`, or from 'node:timers/promises', 'node:process'. Take them from the module itself (`import timers from 'node:timers'`), or have the tests run elsewhere.",
  TEST_TARGET_UNKNOWN:
    '{action} takes a pid, a name, a class, a ref, or what startSupervised gave, but got {value}.',
  TEST_OPTION_INVALID: '{action}: {option} must be {*expected}, but got {value}.',
  TEST_FAULT_ELSEWHERE:
    "{action} cannot strike {*target}, which runs in a thread or program of its own: nobody here sees what it handles. With `isolation: 'real'` faults().crash, kill, block, exhaustHeap and severCarrier work; all others do in the kernel of the test, which is the default (`isolation: 'local'`).",
  TEST_STUCK: '{what} did not come about: {*why}.\n\n{*tree}\n\n{*timeline}',
  TEST_EXPECTATION_FAILED: 'expected {*expected}, but {*received}.\n\n{*tree}\n\n{*timeline}',
  TEST_FAULT_UNSTRUCK:
    '{count} never struck, so that nothing went wrong: {*list}\nMend whom or what it is about, remove() it before the end, or give it `allowUnstruck: true` if it may miss.',
  TEST_FAILURES: 'the end of the test found {count} things: {*list}',
  TEST_PROCESS_ENDED:
    'the test itself was linked to a process that ended, and was ended with it: {reason}. Trap exits in the test, or start what it is about with startSupervised.',
  TEST_CRASHED:
    '{count} that no test expected: {*list}\nAnnounce it with expectCrash(…) or allowCrashes(…), if it is meant to be.\n\n{*details}',
  TEST_LEAK: '{*test} left something behind: {*list}. Let a process own() it, or close it in the test.',
} as const

export const testingError = errorsOf(TESTING_ERRORS)
