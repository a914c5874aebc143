import { readFileSync } from 'node:fs'
import { explore } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { doubleCron } from './cluster-bugs/double-cron.js'
import { LAYER_BUGS } from './cluster-bugs/in-the-layer.js'
import { PROGRAM_BUGS } from './cluster-bugs/index.js'
import { planted } from './cluster-bugs/layer.js'
import { leaderBySilence } from './cluster-bugs/leader-by-silence.js'
import { leaseByWallClocks } from './cluster-bugs/lease-by-wall-clocks.js'
import { lostHandOver } from './cluster-bugs/lost-hand-over.js'
import { retryAfterALostAnswer } from './cluster-bugs/retry-after-a-lost-answer.js'
import { splitGroup } from './cluster-bugs/split-group.js'
import { failureOf } from './world.js'

/**
 * Small programs, by one search. All of them, with those of the layer of clusters and every row of the table, are a step of their own in CI:
 * `npm run simulate:table -- --check`.
 */
const SOME = [doubleCron, leaderBySilence, leaseByWallClocks, lostHandOver, retryAfterALostAnswer, splitGroup]

describe.each(SOME)('$name', ({ broken, fixed, options }) => {
  it('is found', async () => {
    const failure = await failureOf(explore({ runs: 100, shrinking: 0, ...options }, broken))
    expect(failure.code).toBe('SIMULATION_FAILED')
  })

  it('is not there in its fixed twin', async () => {
    await explore({ runs: 10, ...options }, fixed)
  })
})

describe('the cluster bugs', () => {
  it('are all in the table, those of the layer too', () => {
    const page = readFileSync(new URL('../../docs/simulation-bugs.md', import.meta.url), 'utf8')
    for (const { name } of [...PROGRAM_BUGS, ...LAYER_BUGS]) expect(page).toContain(`| ${name} |`)
  })

  it('of the layer are planted in one place, or not at all', () => {
    const mistake = { right: 'const a = 1;', wrong: 'const a = 2;' }
    expect(planted('let b;\nconst a =\n\t1;', mistake)).toBe('let b;\nconst a = 2;')
    expect(() => planted('const a = 2;', mistake)).toThrow('0 places')
    expect(() => planted('const a = 1; const a = 1;', mistake)).toThrow('2 places')
  })
})
