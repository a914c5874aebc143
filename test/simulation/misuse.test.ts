/** What a simulated program does that it must not, and how it is told. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep, spawn } from 'heartwood'
import { explore, type Program, type Simulation, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { failureOf } from './world.js'

const causeOf = async (program: Program): Promise<unknown> =>
  (await failureOf(explore({ runs: 20 }, program))).cause

describe('an invariant', () => {
  it('that is async is refused, and what comes of it fails nobody else', async () => {
    for (const holds of [async () => false, async () => Promise.reject(new Error('one is missing'))]) {
      const cause = await causeOf(async (sim) => {
        sim.invariant('all are there', holds)
        await sim.pause()
      })
      expect(cause).toMatchObject({ code: 'SIMULATION_INVARIANT_ASYNC', details: { name: 'all are there' } })
    }
  })

  it('that is no function is refused where it is given', async () => {
    const cause = await causeOf((sim) => sim.invariant('none', true as never))
    expect(cause).toMatchObject({ code: 'SIMULATION_OPTION', details: { option: 'holds' } })
  })
})

describe('what a program does not await', () => {
  const check = async (balance: number): Promise<void> => {
    if (balance !== 30) throw new Error('a deposit is gone')
  }

  it('fails the run, also in its last line', async () => {
    const forgetful: readonly Program[] = [
      async () => {
        await sleep(1)
        void check(20)
      },
      () => void check(20),
      async () => {
        await sleep(1)
        process.nextTick(() => {
          throw new Error('a deposit is gone')
        })
      },
    ]
    for (const program of forgetful) expect(String(await causeOf(program))).toBe('Error: a deposit is gone')
  })

  it('fails it also in the last line of another process, unless crashes are allowed', async () => {
    const program: Program = async () => {
      spawn(() => void check(20), { label: 'forgetful' })
      await sleep(1)
    }
    expect(await causeOf(program)).toMatchObject({ code: 'SIMULATION_CRASH' })
    await explore({ runs: 5, crashes: 'allow' }, program)
  })

  it('is no failure where it meets the end of its process', async () => {
    await explore({ runs: 5 }, () => void sleep(1).then(() => sleep(1)))
  })
})

it('I/O that is refused is not begun, and what a program does when I/O of its comes after the end is refused, too', async () => {
  const file = join(tmpdir(), `heartwood-${process.pid}-left-over`)
  let wrote: Promise<unknown> = Promise.resolve()
  const program: Program = async () => {
    // What catches the refusal goes on when the run is over.
    wrote = readFile(new URL(import.meta.url)).catch(() => {})
    wrote = wrote.then(async () => {
      await new Promise((resolve) => process.nextTick(resolve))
      await turns()
      writeFileSync(file, 'left over')
    })
    await wrote
  }
  const { setImmediate: turn } = globalThis
  const turns = () => new Promise((resolve) => turn(resolve))
  const error = await failureOf(simulate({}, program))
  expect(error.cause).toMatchObject({
    code: 'SIMULATION_OUTSIDE',
    details: { resource: 'fs.promises.readFile' },
  })
  await wrote.catch(() => {})
  expect(existsSync(file)).toBe(false)
  rmSync(file, { force: true })
})

describe('misuse is told by name:', () => {
  it('a simulation in another', async () => {
    for (const nested of [() => simulate({}, () => 1), () => explore({}, () => 1)]) {
      expect(await causeOf(nested)).toMatchObject({ code: 'SIMULATION_NESTED', details: { process: 'main' } })
    }
  })

  it('options that are none', async () => {
    for (const options of [undefined, null, 5] as unknown as object[]) {
      await expect(explore(options, () => 1)).rejects.toMatchObject({ code: 'SIMULATION_OPTION' })
      await expect(simulate(options, () => 1)).rejects.toMatchObject({ code: 'SIMULATION_OPTION' })
    }
  })

  it('a simulation that is kept when its run is over', async () => {
    let kept: Simulation | undefined
    await simulate({}, (sim) => {
      kept = sim
    })
    for (const late of [kept?.pause(), kept?.quiet()])
      await expect(late).rejects.toMatchObject({ code: 'SIMULATION_OVER' })
  })

  it('a pick from nothing', async () => {
    expect(await causeOf((sim) => sim.pick([]))).toMatchObject({ code: 'SIMULATION_OPTION' })
  })

  it('a loop of sleeps of nothing, which has no end', async () => {
    const error = await failureOf(
      simulate({ maxSteps: 100 }, async () => {
        for (;;) await sleep(0)
      }),
    )
    expect(error.cause).toMatchObject({ code: 'SIMULATION_ENDLESS' })
  })
})
