import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Outcome {
  readonly file: string
  readonly title: string
  readonly state: string
  readonly errors: readonly string[]
}

interface Run {
  readonly tests: readonly Outcome[]
  /** What failed outside of all tests. */
  readonly unhandled: readonly string[]
  readonly stderr: string
}

/** What vitest says of the tests of the fixtures. */
async function runFixtures(): Promise<Run> {
  const config = 'test/testing/fixtures/vitest.config.ts'
  const vitest = [`${root}/node_modules/vitest/vitest.mjs`, 'run', '--config', config]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, vitest, { cwd: root }).catch(
    (error) => error,
  )
  return { ...JSON.parse(stdout), stderr }
}

describe('useTestKernel', () => {
  let run: Run
  const testsOf = (file: string): readonly Outcome[] => run.tests.filter((test) => test.file === file)
  beforeAll(async () => {
    run = await runFixtures()
  })

  it('says what is wrong, and leaves nothing to the next test', () => {
    const [twice, next, waiting] = testsOf('kit.failing.ts')
    expect(twice).toMatchObject({ title: 'a kernel within a kernel', state: 'failed' })
    expect(twice?.errors[0]).toContain('useTestKernel() stands both in a file and in a describe of it')
    expect(next).toMatchObject({ title: 'the next test', state: 'passed' })
    expect(waiting?.errors.join('\n')).toContain(
      'the end of the test did not come about: time stands still until the test moves it, and the next timer is due in 5000 ms',
    )
  })

  it('has each kernel die with its test, whatever code of it goes on', () => {
    const innocent = testsOf('isolation.failing.ts').filter(({ title }) => title === 'is innocent')
    expect(innocent).toHaveLength(12)
    for (const { state, errors } of innocent) expect([state, ...errors]).toEqual(['passed'])
    const states = Object.fromEntries(run.tests.map(({ title, state }) => [title, state]))
    expect(states).toMatchObject({
      'is tried again': 'passed',
      'fails as it should': 'passed',
      'is skipped': 'skipped',
      'fakes the timers, and leaves them so': 'passed',
    })
  })

  it('has a test fail once: what its end rejects is no failure of its own, and nobody else’s', () => {
    const failed = testsOf('isolation.failing.ts').filter(({ title }) => title === 'when the test fails')
    expect(failed).toHaveLength(7)
    for (const { errors } of failed) expect(errors).toEqual([expect.stringContaining('expected 1 to be 2')])
    expect(run.unhandled).toEqual([])
  })

  it('tells of left-over code under the name of its test, with the place', () => {
    const told = [...run.stderr.matchAll(/the test "(.*)" is over, but code of it goes on: (.*)\. It is/g)]
    const where = (file: string): unknown =>
      expect.stringMatching(`^\\w+ at test/testing/fixtures/${file}:\\d+$`)
    for (const title of ['times out', 'before a test', 'after a test', 'passes, and forgets a promise']) {
      expect(told.filter(([, test]) => test === title).map(([, , what]) => what)).toEqual([
        where('isolation.failing.ts'),
        where('isolation.failing.ts'),
      ])
    }
    expect(told.some(([, test]) => test === 'passes, and forgets a timer')).toBe(true)
    const doors = told.filter(([, test]) => test === 'passes, and forgets what opens a door')
    expect(doors.map(([, , what]) => what?.replace(/:\d+/, ':…'))).toEqual([
      'a server opened at test/testing/fixtures/isolation.failing.ts:…',
      "process.on('SIGUSR2') at test/testing/fixtures/isolation.failing.ts:…",
    ])
  })

  it('says who holds the time of Node', () => {
    const [fakes] = testsOf('isolation.failing.ts').filter(({ title }) =>
      title.startsWith('cannot have its timers'),
    )
    expect(fakes?.errors).toEqual([
      expect.stringContaining(
        'fakeTimers() cannot take setTimeout, setInterval, setImmediate, Date, performance, process.hrtime, which',
      ),
    ])
  })

  it('takes its kernel off where Node’s timers are another’s', () => {
    const [first, second, after] = testsOf('taken-timers.failing.ts')
    for (const each of [first, second])
      expect(each?.errors).toEqual([expect.stringContaining('another library holds already')])
    expect([after?.state, ...(after?.errors ?? [])]).toEqual(['passed'])
  })

  it('has what is imported by name from Node in virtual time, also in contexts of node:vm, or tells TEST_TIMERS_REAL', () => {
    const tests = testsOf('vm-pool.failing.ts')
    expect(tests.map(({ title, errors }) => [title, ...errors])).toEqual([['is virtual'], ['that is told']])
  })

  it('has a kernel for each of the tests that run at the same time', () => {
    const errors = Object.fromEntries(
      testsOf('concurrent.failing.ts').map((test) => [test.title, test.errors] as const),
    )
    const failing = Object.entries(errors).filter(([, all]) => all.length > 0)
    expect(failing.map(([title]) => title)).toEqual([
      'has a crash that nobody expected',
      'has a rejection that nobody expected',
      'fails with a run on its way',
      'cannot have them, too',
    ])
    const of = (title: string): unknown => errors[title]?.join()
    expect(of('has a crash that nobody expected')).toContain('RangeError: of one of them')
    expect(of('has a rejection that nobody expected')).toContain('RangeError: of nobody else')
    expect(errors['fails with a run on its way']).toEqual([expect.stringContaining('expected 1 to be 2')])
    expect(of('cannot have them, too')).toContain('or another test that runs at the same time')
    expect(Object.keys(errors)).toHaveLength(13)
  })
})
