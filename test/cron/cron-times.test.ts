import { describe, expect, it } from 'vitest'
import { CronTimes, isZone, problemOfExpression } from '../../src/cron/cron-times.js'
import { zoneChanges } from '../../src/cron/zone-changes.js'

const between = (expression: string, zone: string, from: string, to: string, most = 100): string[] =>
  new CronTimes(expression, zone)
    .between(Date.parse(from), Date.parse(to), most)
    .instants.map((at) => new Date(at).toISOString().slice(0, 16))

describe('the times of an expression', () => {
  it('are after the one instant, and up to the other', () => {
    expect(between('*/5 * * * *', 'UTC', '2026-01-01T00:00Z', '2026-01-01T00:10Z')).toEqual([
      '2026-01-01T00:05',
      '2026-01-01T00:10',
    ])
  })

  it('of a long time are the newest, found without a walk through all', () => {
    const times = new CronTimes('* * * * * *', 'UTC')
    const until = Date.parse('2026-01-01')
    const { instants, isAll } = times.between(Date.parse('2016-01-01'), until, 100)
    expect(isAll).toBe(false)
    expect(instants.length).toBeLessThanOrEqual(100)
    expect(instants.at(-1)).toBe(until)
  })

  it.each([
    // At 02:00 in Berlin it is 03:00; at 03:00 in autumn it is 02:00 again.
    ['a fixed time in an hour that is left out', '30 2 * * *', '2026-03-29', ['2026-03-29T01:00']],
    ['a fixed time in an hour that comes twice', '30 2 * * *', '2026-10-25', ['2026-10-25T00:30']],
    [
      'intervals where an hour is left out',
      '0 1-4 * * *',
      '2026-03-29',
      ['2026-03-29T00:00', '2026-03-29T01:00', '2026-03-29T02:00'],
    ],
  ])('%s', (_, expression, day, expected) => {
    expect(between(expression, 'Europe/Berlin', `${day}T00:00+02:00`, `${day}T12:00Z`)).toEqual(expected)
  })

  it('of intervals come twice where an hour does', () => {
    const found = between('*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:59Z', '2026-10-25T02:00Z')
    expect(found.map((text) => text.slice(11))).toEqual(['00:00', '00:30', '01:00', '01:30', '02:00'])
  })
})

describe('changes of a zone', () => {
  const changes = (expression: string, zone: string, from: string, to: string) =>
    zoneChanges(new CronTimes(expression, zone), Date.parse(from), Date.parse(to)).map(({ at, ...rest }) => ({
      at: new Date(at).toISOString().slice(0, 16),
      ...rest,
    }))

  it('are found with what falls into them', () => {
    expect(changes('30 2 * * *', 'Europe/Berlin', '2026-03-28T01:30Z', '2026-03-29T01:00Z')).toEqual([
      { at: '2026-03-29T01:00', kind: 'gap', instants: 1, repeated: 0 },
    ])
    expect(changes('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-26T01:30Z')).toEqual([
      { at: '2026-10-25T01:00', kind: 'overlap', instants: 1, repeated: 0 },
    ])
    expect(changes('*/30 * * * *', 'Europe/Berlin', '2026-10-25T00:30Z', '2026-10-25T01:00Z')).toEqual([
      { at: '2026-10-25T01:00', kind: 'overlap', instants: 2, repeated: 2 },
    ])
  })

  it('of half an hour are seen', () => {
    expect(changes('15 1 * * *', 'Australia/Lord_Howe', '2026-04-03T15:00Z', '2026-04-05T15:00Z')).toEqual([])
    expect(changes('45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T15:00Z', '2026-04-05T15:00Z')).toEqual([
      { at: '2026-04-04T15:00', kind: 'overlap', instants: 1, repeated: 0 },
    ])
  })

  it('that concern nothing are no news', () => {
    expect(changes('0 12 * * *', 'Europe/Berlin', '2026-03-28T11:00Z', '2026-03-29T10:00Z')).toEqual([])
    expect(changes('* * * * *', 'UTC', '2026-03-28T11:00Z', '2026-03-30T10:00Z')).toEqual([])
  })
})

describe('an expression', () => {
  it.each([
    '*/5 * * * *',
    '0 0 * * MON#2',
    '@daily',
    '30 0 9 * * *',
    '0 0 29 2 *',
    '0 0 L * *',
  ])('%s is one', (text) => {
    expect(problemOfExpression(text)).toBeUndefined()
  })

  it.each([
    ['', /parts are required/],
    ['* * *', /parts are required/],
    ['61 * * * *', /Invalid value for minute: 61/],
    ['0 0 31 2 *', /no such day/],
    ['2026-01-01T00:00:00', /it is a date/],
    ['x'.repeat(300), /at most 200/],
    [7, /at most 200/],
    [undefined, /at most 200/],
  ])('%j is none', (text, problem) => {
    expect(problemOfExpression(text)).toMatch(problem)
  })

  it('has a zone that Node knows', () => {
    expect(['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'].every(isZone)).toBe(true)
    expect(['Mars/Olympus', '', 7, undefined].some(isZone)).toBe(false)
  })
})
