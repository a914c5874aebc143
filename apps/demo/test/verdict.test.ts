import { describe, expect, it } from 'vitest'
import type { CheckResult } from '../src/checks/check.js'
import { type Judgement, type Rules, type Standing, Verdict } from '../src/verdict.js'

/** Judges checks a second apart, each a letter: u(p), s(low: 900 ms), d(own). */
function judge(letters: string, rules: Partial<Rules> = {}): { verdict: Verdict; judgements: Judgement[] } {
  const verdict = new Verdict('shop', { confirm: 1, slow: 500, ...rules })
  const judgements = [...letters].map((letter, index) => {
    const at = index * 1000
    const result: CheckResult = { target: 'shop', at, up: letter !== 'd', latency: letter === 's' ? 900 : 10 }
    return verdict.judge(letter === 'd' ? { ...result, reason: 'refused' } : result)
  })
  return { verdict, judgements }
}

const changes = (judgements: Judgement[]) =>
  judgements.flatMap(({ change }) =>
    change === undefined ? [] : [`${change.from}>${change.to}@${change.at}`],
  )

describe('a verdict', () => {
  it('is pending until the first check, and then what that has found', () => {
    expect(new Verdict('shop', { confirm: 3 }).state).toBe('pending')
    expect(changes(judge('u', { confirm: 3 }).judgements)).toEqual(['pending>up@0'])
  })

  it('changes with each check that finds another state, and says why', () => {
    const { judgements, verdict } = judge('uudds')
    expect(changes(judgements)).toEqual(['pending>up@0', 'up>down@2000', 'down>slow@4000'])
    expect(judgements[2]?.change?.reason).toBe('refused')
    expect([verdict.state, verdict.reason, verdict.since]).toEqual(['slow', 'took 900 ms', 4000])
  })

  it('knows no slowness without a threshold', () => {
    expect(judge('ss', { slow: undefined }).verdict.state).toBe('up')
  })

  it('waits for so many checks in a row, and dates the change from the first of them', () => {
    expect(changes(judge('uududduddd', { confirm: 3 }).judgements)).toEqual(['pending>up@0', 'up>down@7000'])
  })

  it('is flapping when it changed six times in twenty checks: said once, and its changes are marked', () => {
    const { judgements, verdict } = judge('udududud')
    expect(verdict.flapping).toBe(true)
    expect(judgements.map(({ standing }) => standing.flapping).indexOf(true)).toBe(6)
    expect(judgements.map(({ change }) => change?.flapping === true)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ])
  })

  it('is steady again when no more than two of twenty checks changed it', () => {
    const { judgements, verdict } = judge(`udududu${'u'.repeat(25)}`)
    expect(verdict.flapping).toBe(false)
    const { length } = judgements
    const last = judgements.map(({ standing }) => standing.flapping).lastIndexOf(true)
    // The changes were seen by the checks 1 to 6; the fourth has left the window with check 24.
    expect([length, last]).toEqual([32, 23])
  })

  it('goes on from what was kept of it, in another run too', () => {
    const all = 'uuddduuuuuuuu'
    for (let cut = 1; cut < all.length; cut++) {
      const kept = judge(all.slice(0, cut)).judgements.findLast(({ turned }) => turned)?.standing
      const verdict = new Verdict('shop', { confirm: 1, slow: 500 }, JSON.parse(JSON.stringify(kept)))
      expect([verdict.state, verdict.since]).toEqual([kept?.state, kept?.since])
      const { standing, turned } = verdict.judge({
        target: 'shop',
        at: 99_000,
        up: kept?.state === 'up',
        latency: 1,
      })
      // The same as before is no other standing: nobody is told of it again.
      expect([turned, standing.turn]).toEqual([false, kept?.turn])
    }
  })

  it('counts the quiet checks before a restart, and those that a stop has cost: seldom changes are no flapping', () => {
    // A change every ten checks, and Pulse is killed after each.
    let kept: Standing | undefined
    const every = { confirm: 1, interval: 1_000 }
    for (let check = 0; check < 200; check++) {
      const fresh = new Verdict('shop', every, kept && JSON.parse(JSON.stringify(kept)))
      const up = Math.floor(check / 10) % 2 === 0
      const { standing, turned } = fresh.judge({ target: 'shop', at: check * 1_000, up, latency: 1 })
      if (turned) kept = standing
      expect(standing.flapping).toBe(false)
    }
  })

  it('is not confused by a clock that was set back while Pulse was away', () => {
    const kept = judge('udu').judgements.at(-1)?.standing
    const verdict = new Verdict('shop', { confirm: 1, interval: 1_000 }, kept)
    expect(verdict.judge({ target: 'shop', at: -99_000, up: true, latency: 1 }).standing.changes).toBe(0b110)
  })
})
