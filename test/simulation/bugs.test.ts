import { readFileSync } from 'node:fs'
import { explore, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { awaitInTheMiddle } from './bugs/await-in-the-middle.js'
import { chargedTwice } from './bugs/charged-twice.js'
import { checkThenRegister } from './bugs/check-then-register.js'
import { BUGS } from './bugs/index.js'
import { locksInTwoOrders } from './bugs/locks-in-two-orders.js'
import { lostUpdate } from './bugs/lost-update.js'
import { lostWakeUp } from './bugs/lost-wake-up.js'
import { monitorTooLate } from './bugs/monitor-too-late.js'
import { overtaking } from './bugs/overtaking.js'
import { staleReplica } from './bugs/replica.js'
import { stalePid } from './bugs/stale-pid.js'
import { tickAfterCancel } from './bugs/tick-after-cancel.js'
import { MOST, rowOf, SEARCHES, schedulesUntilFound } from './measurement.js'

/**
 * One of each kind. All of them, with 1,000 schedules of each fixed twin and every row of the table, are a step of their own in CI:
 * `npm run simulate:table -- --check`.
 */
const SAMPLE = [
  lostUpdate, // two read, then both write
  checkThenRegister, // a look, then an act
  awaitInTheMiddle, // a handler that awaits
  monitorTooLate, // a death before somebody looks
  stalePid, // a restart
  locksInTwoOrders, // a circle of waits
  lostWakeUp, // a signal before the wait
  overtaking, // two ways from one process to another
  chargedTwice, // a time-out against work
  staleReplica, // a read that is behind
  tickAfterCancel, // a timer that fired already
]

/** Schedules of a fixed twin. */
const RUNS = 25

describe.each(SAMPLE)('$name', (bug) => {
  it.each(SEARCHES)(`is found by the %s search within ${MOST} schedules`, async (strategy) => {
    expect(await schedulesUntilFound(bug, strategy)).toBeGreaterThan(0)
  })

  it('is not there in its fixed twin', async () => {
    for (const strategy of SEARCHES) await explore({ strategy, runs: RUNS, ...bug.options }, bug.fixed)
  })
})

describe('the bugs', () => {
  it('are many, and most of them do not show in the default order', async () => {
    expect(BUGS.length).toBeGreaterThanOrEqual(40)
    const shown: string[] = []
    for (const { name, broken, options } of BUGS) {
      await simulate({ schedule: '1;', ...options }, broken).catch(() => shown.push(name))
    }
    // A timer aimed at a name is wrong in any order.
    expect(shown).toEqual(['two timers after a restart'])
  })

  it('need as many schedules as the table says', async () => {
    const page = readFileSync(new URL('../../docs/simulation-bugs.md', import.meta.url), 'utf8')
    for (const bug of BUGS) expect(page).toContain(`| ${bug.name} |`)
    for (const bug of [lostUpdate, chargedTwice]) expect(page).toContain(await rowOf(bug))
  })
})
