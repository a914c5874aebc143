import { Call, Cast, exit, GenServer, receive, ref, sleep, spawn, startSupervisor } from 'heartwood'
import { allowCrashes, explore, faults, matchers, restartOf, simulate } from 'heartwood/testing'
import { expect, it } from 'vitest'
import { failureOf } from './world.js'

expect.extend(matchers)

@GenServer({ name: 'counter' })
class Counter {
  @Call() add(by: number): number {
    return by + 1
  }
  @Cast() fail(reason: string): void {
    throw new TypeError(reason)
  }
}

/** A supervisor with a counter that is told to crash. */
async function crashOnce(): Promise<void> {
  await startSupervisor({ children: [Counter] }, { name: 'top' })
  ref(Counter).cast.fail('told to')
  await sleep(10)
}

it('matchers tell of the processes of a simulation', async () => {
  await simulate({ crashes: 'allow' }, async (sim) => {
    await startSupervisor({ children: [Counter] }, { name: 'top' })
    expect('counter').toBeAlive()
    expect(Counter).toHaveRestarted(0)
    expect(Counter).not.toHaveCrashed()
    expect('top').toHaveTree(['top', 'counter'])
    ref(Counter).cast.fail('told to')
    await sim.quiet()
    expect(Counter).toHaveCrashed(TypeError)
    expect(Counter).toHaveRestarted(1)
    const pid = spawn(() => receive(), { name: 'other' })
    expect(pid).not.toHaveExited()
    exit(pid, 'enough')
    expect(pid).toHaveExited('enough')
    expect('other').not.toBeAlive()
  })
})

it('and fail the run, also for what never was', async () => {
  const wrong = [
    () => expect('countr').not.toBeAlive(),
    () => expect('main').not.toBeAlive(),
    () => expect('main').toHaveRestarted(),
  ]
  for (const assert of wrong) {
    const failure = await failureOf(simulate({}, () => assert()))
    expect(failure.code).toBe('SIMULATION_FAILED')
    expect(String((failure.cause as Error).message)).toMatch(/^expected (countr|main)/)
  }
})

it('crashes that are allowed do not fail the run, others do', async () => {
  await explore({ runs: 20 }, async () => {
    allowCrashes({ of: 'counter', reason: TypeError })
    await crashOnce()
  })
  for (const selection of [{ of: 'other' }, { of: 'counter', reason: /not this/ }]) {
    const failure = await failureOf(
      simulate({}, async () => {
        spawn(() => receive(), { name: 'other' })
        allowCrashes(selection)
        await crashOnce()
      }),
    )
    expect(failure.cause).toMatchObject({ code: 'SIMULATION_CRASH' })
    expect((failure.cause as Error).message).toContain('allowCrashes')
  }
})

it('the reduced search knows that a matcher looks at who lives', async () => {
  const program = async (): Promise<string> => {
    const worker = spawn(() => receive(), { name: 'worker' })
    spawn(() => exit(worker, 'enough'), { label: 'killer' })
    let seen = ''
    spawn(
      () => {
        seen = matchers.toBeAlive.call(undefined, worker).pass ? 'alive' : 'dead'
      },
      { label: 'looker' },
    )
    await sleep(1)
    return seen
  }
  const reduced = await explore({ strategy: 'exhaustive' }, program)
  const all = await explore({ strategy: 'exhaustive', reduction: false }, program)
  expect([...reduced.outcomes.keys()].toSorted()).toEqual([...all.outcomes.keys()].toSorted())
  expect(reduced.outcomes.size).toBe(2)
})

it('what waits for the time of a test says that there is none', async () => {
  for (const use of [() => void restartOf('main'), () => void faults().chaos({ seed: 1, rate: 1 })]) {
    const failure = await failureOf(simulate({}, use))
    expect(failure.cause).toMatchObject({ code: 'TEST_IN_SIMULATION' })
  }
})
