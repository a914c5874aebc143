/** Faults in simulations: the schedule decides where they strike, and a shorter one loses those that do not matter. */
import {
  Call,
  Cast,
  GenServer,
  HeartwoodError,
  isDown,
  receive,
  ref,
  self,
  send,
  sleep,
  spawn,
  spawnMonitor,
  start,
  startSupervisor,
  stop,
  trapExit,
} from 'heartwood'
import {
  type ExploreOptions,
  explore,
  faults,
  InjectedFault,
  type Program,
  simulate,
} from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { failureOf } from './world.js'

/** What outlives processes: a disk. */
interface Disk {
  readonly lines: string[]
}

@GenServer({ name: 'ledger' })
class Ledger {
  readonly #lines: string[]
  constructor() {
    this.#lines = disk.lines
  }

  @Call() write(line: string): number {
    return this.#lines.push(line)
  }
  @Cast() note(line: string): void {
    this.#lines.push(line)
  }
  @Call() lines(): readonly string[] {
    return [...this.#lines]
  }
}
let disk: Disk = { lines: [] }

const office = async (): Promise<void> => {
  disk = { lines: [] }
  await startSupervisor({ children: [Ledger] }, { name: 'office' })
}

/** Writes, and again when the ledger has crashed: it is written twice where the crash came after it. */
async function writeSafely(line: string): Promise<void> {
  for (;;) {
    try {
      return void (await ref(Ledger).call.write(line))
    } catch (error) {
      if (!HeartwoodError.is(error)) throw error
      await sleep(10)
    }
  }
}

const twoLines: Program = async () => {
  await office()
  faults().crashInHandler(Ledger)
  await writeSafely('one')
  await writeSafely('two')
  return disk.lines.join()
}

describe('a crash in a handler', () => {
  it('comes before any message, and none, as the schedule says', async () => {
    const crashes = new Set<string>()
    const counted: Program = async (sim) => {
      await office()
      const fault = faults().crashInHandler(Ledger)
      for (const line of ['one', 'two', 'three']) await writeSafely(line)
      sim.note('done')
      const text = `${fault.struck}: ${disk.lines}`
      crashes.add(text)
      return text
    }
    await explore({ runs: 100 }, counted)
    expect(crashes).toEqual(new Set(['0: one,two,three', '1: one,two,three']))
    const all = await explore({ strategy: 'exhaustive' }, counted)
    expect(all.exhausted).toBe(true)
    expect([...all.outcomes.keys()].sort()).toEqual(["'0: one,two,three'", "'1: one,two,three'"])
  })

  it('is expected, as one that a test orders', async () => {
    await expect(explore({ runs: 50, faults: 3 }, twoLines)).resolves.toBeDefined()
  })

  it('is one of a budget: a bug that needs two is not found with one', async () => {
    const impatient: Program = async () => {
      await office()
      faults().crashInHandler(Ledger, { times: 5 })
      let failures = 0
      for (const line of ['one', 'two', 'three'])
        await ref(Ledger)
          .call.write(line)
          .catch((error: Error) => {
            if (error.message.includes('InjectedFault')) failures++
            return sleep(1)
          })
      if (failures > 1) throw new Error('it was down twice')
    }
    await explore({ runs: 200, faults: 1 }, impatient)
    const error = await failureOf(explore({ runs: 200, faults: 2 }, impatient))
    expect(String(error.cause)).toContain('it was down twice')
  })

  it('stands in the shortest schedule, with what it leads to, and is replayed by it', async () => {
    const once: Program = async () => {
      await office()
      faults().crashInHandler(Ledger, { handler: 'write' })
      faults().drop({ to: Ledger, handler: 'note' })
      ref(Ledger).cast.note('zero')
      await ref(Ledger).call.write('one')
    }
    for (const strategy of ['random', 'pct', 'exhaustive'] as const) {
      const error = await failureOf(explore({ strategy }, once))
      expect(error.message).toContain('goes wrong: crashInHandler of ledger')
      // The lost message has nothing to do with it.
      expect(error.message).not.toContain('goes wrong: drop')
      const { schedule } = error.details as { schedule: string }
      expect(schedule).toMatch(/^\d+;\d+!1\.\d+$/)
      const again = await failureOf(simulate({ schedule }, once))
      expect(String(again.cause)).toBe(String(error.cause))
      expect((again.details as { trace: string }).trace).toBe((error.details as { trace: string }).trace)
    }
  })

  it('strikes at the nth message in any schedule, if it says which', async () => {
    const third: Program = async () => {
      await office()
      faults().crashInHandler(Ledger, { nth: 3, error: new RangeError('full') })
      const answers: unknown[] = []
      for (const line of ['one', 'two', 'three', 'four'])
        answers.push(
          await ref(Ledger)
            .call.write(line)
            .catch(async (error: Error) => {
              await sleep(1)
              return error.message.includes('RangeError: full') ? 'full' : String(error)
            }),
        )
      return answers.join()
    }
    const { outcomes } = await explore({ runs: 30, faults: 0 }, third)
    expect([...outcomes]).toEqual([["'1,2,full,3'", 30]])
  })

  it('also comes where the handler waits', async () => {
    const halves: string[] = []
    @GenServer()
    class Slow {
      @Call() async work(): Promise<number> {
        halves.push('first')
        await sleep(5)
        halves.push('second')
        return 1
      }
    }
    const outcomes = new Set<string>()
    await explore({ runs: 100 }, async () => {
      halves.length = 0
      const slow = await start(Slow)
      faults().crashInHandler(Slow)
      await slow.call.work().catch(() => {})
      outcomes.add(halves.join())
    })
    expect(outcomes).toEqual(new Set(['', 'first', 'first,second']))
  })

  it('strikes a script, where it takes a message or goes on', async () => {
    const outcomes = await outcomesOf(async () => {
      const main = self()
      const { pid } = spawnMonitor(
        async () => {
          send(main, await receive())
        },
        { label: 'clerk' },
      )
      faults().crashInHandler('clerk')
      send(pid, 'hello')
      const first = await receive()
      return isDown(first) ? first.reason instanceof InjectedFault : first
    })
    expect(outcomes).toEqual(["'hello'", 'true'])
  })
})

/** What a program comes to in all schedules. */
async function outcomesOf(program: Program, options: ExploreOptions = {}): Promise<string[]> {
  const reduced = await explore({ strategy: 'exhaustive', ...options }, program)
  expect(reduced.exhausted).toBe(true)
  const whole = await explore({ strategy: 'exhaustive', reduction: false, ...options }, program)
  expect([...whole.outcomes.keys()].sort()).toEqual([...reduced.outcomes.keys()].sort())
  return [...reduced.outcomes.keys()].sort()
}

describe('in the life of a process', () => {
  @GenServer()
  class Worker {
    init(): void {
      trapExit(true)
    }
    @Call() ask(): string {
      return 'answer'
    }
    terminate(): void {
      disk.lines.push('put away')
    }
  }
  const code = (error: unknown): string => (HeartwoodError.is(error) ? error.code : String(error))

  it('its init crashes, is killed, or hangs', async () => {
    expect(
      await outcomesOf(async () => {
        faults().crashInInit(Worker)
        return start(Worker).then(() => 'up', code)
      }),
    ).toEqual(["'START_FAILED'", "'up'"])
    expect(
      await outcomesOf(async () => {
        faults().killInInit(Worker)
        return start(Worker).then(() => 'up', code)
      }),
    ).toEqual(["'START_FAILED'", "'up'"])
    expect(
      await outcomesOf(async () => {
        faults().hangInInit(Worker)
        return start(Worker, undefined, { timeout: 100 }).then(() => 'up', code)
      }),
    ).toEqual(["'START_TIMEOUT'", "'up'"])
  })

  it('its restart crashes, and not its first start', async () => {
    const program: Program = async () => {
      await office()
      const fault = faults().crashInRestart(Ledger)
      faults().crash(Ledger)
      await sleep(1)
      return fault.struck
    }
    expect(await outcomesOf(program)).toEqual(['0', '1'])
  })

  it('its terminate crashes, or hangs until it is killed', async () => {
    const program = (install: () => void): Program => {
      return async () => {
        disk = { lines: [] }
        install()
        const worker = await start(Worker)
        const reason = await stop(worker, 'normal', 100).then(() => 'stopped', code)
        return `${reason} ${disk.lines}`
      }
    }
    expect(await outcomesOf(program(() => faults().crashInTerminate(Worker)))).toEqual([
      "'CALL_SERVER_EXITED '",
      "'stopped put away'",
    ])
    expect(await outcomesOf(program(() => faults().hangInTerminate(Worker)))).toEqual([
      "'CALL_TIMEOUT '",
      "'stopped put away'",
    ])
  })
})

describe('on the way', () => {
  /** What a clerk gets who is sent two messages. */
  const twoMessages = (install: () => void): Program => {
    return async () => {
      const main = self()
      const clerk = spawn(
        async () => {
          const got: unknown[] = []
          for (;;) {
            const next = await receive({ timeout: 1_000 })
            if (next === undefined) break
            got.push(next)
          }
          send(main, got.join())
        },
        { label: 'clerk' },
      )
      install()
      send(clerk, 'a')
      send(clerk, 'b')
      return receive()
    }
  }

  it('a message is lost', async () => {
    const outcomes = await outcomesOf(twoMessages(() => faults().drop({ to: 'clerk' })))
    expect(outcomes).toEqual(["'a'", "'a,b'", "'b'"])
  })

  it('a message comes twice', async () => {
    const outcomes = await outcomesOf(twoMessages(() => faults().duplicate({ from: 'main', to: 'clerk' })))
    expect(outcomes).toEqual(["'a,a,b'", "'a,b'", "'a,b,b'"])
  })

  it('a message is overtaken', async () => {
    const outcomes = await outcomesOf(twoMessages(() => faults().reorder({ to: 'clerk' })))
    expect(outcomes).toEqual(["'a,b'", "'b,a'"])
  })

  it('a message is late', async () => {
    const outcomes = await outcomesOf(twoMessages(() => faults().delay({ to: 'clerk', by: 500 })))
    expect(outcomes).toEqual(["'a,b'", "'b,a'"])
  })
})

it('what makes no sense in a simulation says so', async () => {
  const codes: unknown[] = []
  await simulate({}, () => {
    for (const act of [() => faults().chaos({ seed: 1, rate: 1 }), () => faults().dependency({})])
      try {
        act()
      } catch (error) {
        codes.push((error as HeartwoodError).code)
      }
  })
  expect(codes).toEqual(['TEST_IN_SIMULATION', 'TEST_IN_SIMULATION'])
})

it('the same seed has the same faults', async () => {
  const traces = new Set<string>()
  for (let run = 0; run < 3; run++) traces.add((await simulate({ seed: 11 }, twoLines)).trace)
  expect(traces.size).toBe(1)
})
