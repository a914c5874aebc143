import fc from 'fast-check'
import { atom, decode, encode } from 'heartwood/erlang'
import { describe, expect, it } from 'vitest'
import { judge, type Outcome } from './judgement.js'
import { RandomFrames } from './random-frames.js'
import { value } from './values.js'

describe('terms', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(decode(encode(given))).toStrictEqual(given)
      }),
    )
  })

  it('come back wherever the room for them ends', () => {
    const others = [
      'größe'.repeat(8),
      'x'.repeat(40),
      atom('größe'),
      2n ** 70n,
      1.5,
      [1, 2],
      new Map([[1, 2]]),
    ]
    for (let before = 180; before < 260; before++) {
      for (const other of others) {
        const given = ['x'.repeat(before), other]
        expect(decode(encode(given))).toStrictEqual(given)
      }
    }
  })

  it('are refused when their end is missing, and when more follows', () => {
    fc.assert(
      fc.property(value, fc.nat(), (given, cut) => {
        const bytes = encode(given)
        expect(() => decode(bytes.subarray(0, cut % bytes.length))).toThrow(/broken at byte \d+/)
        expect(() => decode(Uint8Array.of(...bytes, 106))).toThrow('the term is over')
      }),
    )
  })
})

describe('frames of noise, lies and damage', () => {
  it('are read or refused with the byte, and nothing else happens: npm run terms:fuzz makes a million', () => {
    const frames = new RandomFrames(31)
    const outcomes: Record<Outcome, number> = { read: 0, KEY_TWICE: 0, TERM_INVALID: 0, TERM_LIMIT: 0 }
    for (let i = 0; i < 5_000; i++) outcomes[judge(frames.frame(), decode, encode)]++
    expect(outcomes.read).toBeGreaterThan(500)
    expect(outcomes.TERM_INVALID).toBeGreaterThan(1_000)
  })

  it('are noticed as refused only where they are: terms that are right are read', () => {
    const frames = new RandomFrames(32)
    for (let i = 0; i < 2_000; i++)
      expect(['read', 'KEY_TWICE']).toContain(judge(frames.term(), decode, encode))
  })
})
