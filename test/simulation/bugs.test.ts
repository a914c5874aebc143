import { readFileSync } from 'node:fs'
import { explore, simulate } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { BUGS } from './bugs/index.js'
import { MOST, rowOf, SEARCHES, schedulesUntilFound } from './measurement.js'

/** The whole of it is `npm run simulate:table`. */
const SAMPLE = 25

describe.each(BUGS)('$name', (bug) => {
  it.each(SEARCHES)(`is found by the %s search within ${MOST} schedules`, async (strategy) => {
    expect(await schedulesUntilFound(bug, strategy)).toBeGreaterThan(0)
  })

  it('is not there in its fixed twin', async () => {
    for (const strategy of SEARCHES) await explore({ strategy, runs: SAMPLE, ...bug.options }, bug.fixed)
  })
})

describe('the bugs', () => {
  it('are many, and most of them do not show in the default order', async () => {
    expect(BUGS.length).toBeGreaterThanOrEqual(33)
    const shown: string[] = []
    for (const { name, broken, options } of BUGS) {
      await simulate({ schedule: '1;', ...options }, broken).catch(() => shown.push(name))
    }
    // A timer aimed at a name is wrong in any order.
    expect(shown).toEqual(['two timers after a restart'])
  })

  it('need as many schedules as the table says', async () => {
    const page = readFileSync(new URL('../../docs/guides/simulation.md', import.meta.url), 'utf8')
    for (const bug of BUGS) expect(page).toContain(`| ${bug.name} |`)
    for (const at of [0, 5, 15]) expect(page).toContain(await rowOf(BUGS[at] as (typeof BUGS)[number]))
  })
})
