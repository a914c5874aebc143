import { describe, expect, it } from 'vitest'
import { createLogger, logReporter, prettyLine } from '../../src/logging/index.js'

const line = (fields: Record<string, unknown>): string =>
  `${JSON.stringify({ level: 'info', time: '2026-01-02T03:04:05.678Z', host: 'h', osPid: 1, ...fields })}\n`

describe('a line for people', () => {
  it('has time, level, process and message, and what else there is below', () => {
    expect(prettyLine(line({ msg: 'up' }), false)).toBe('03:04:05.678 INFO  up\n')
    expect(prettyLine(line({ pid: '<0.7>', name: 'web', msg: 'up', port: 80, route: { a: 1 } }), false)).toBe(
      '03:04:05.678 INFO  web<0.7> up\n    port: 80\n    route: {"a":1}\n',
    )
  })

  it('shows the stack of an error, and of those behind it', () => {
    const err = { stack: 'Error: a\n    at x', cause: { type: 'TypeError', message: 'b' } }
    expect(prettyLine(line({ level: 'error', msg: 'failed', err }), false)).toBe(
      '03:04:05.678 ERROR failed\n    Error: a\n        at x\n      caused by TypeError: b\n',
    )
  })

  it('leaves the fields of good news out', () => {
    expect(prettyLine(line({ kind: 'progress', msg: 'started', started: { id: 'a' } }), false)).toBe(
      '03:04:05.678 INFO  started\n',
    )
  })

  it('shows a mistake of new code in its lines, of which none passes for a line of the log', () => {
    const code = { level: 'error', kind: 'code', msg: 'a.ts cannot be loaded: it is wrong', files: ['a.ts'] }
    expect(prettyLine(line({ ...code, mistake: 'it is wrong' }), false)).toBe(
      '03:04:05.678 ERROR a.ts cannot be loaded: it is wrong\n',
    )
    expect(prettyLine(line({ ...code, mistake: 'it is wrong:\n 4 │ const a = ;\r\u001b[2K\n' }), false)).toBe(
      '03:04:05.678 ERROR a.ts cannot be loaded: it is wrong\n    it is wrong:\n     4 │ const a = ;\\r\\u001b[2K\n',
    )
  })

  it('is coloured on a terminal', () => {
    expect(prettyLine(line({ level: 'warn', msg: 'careful' }), true)).toContain('\u001b[33mWARN \u001b[0m')
  })

  it('passes on what is no record', () => {
    expect(prettyLine('plain text', true)).toBe('plain text\n')
    expect(prettyLine('7\n', true)).toBe('7\n')
  })

  it('comes out of a logger that is told so, and JSON does by default where there is no terminal', () => {
    const lines: string[] = []
    const destination = { write: (text: string) => void lines.push(text) }
    createLogger({ destination, format: 'pretty' }).info('hello')
    createLogger({ destination }).info('hello')
    logReporter(createLogger({ destination, format: 'pretty' }))({
      level: 'error',
      kind: 'k',
      message: 'm',
      reason: 'killed',
    })
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INFO {2}hello\n$/)
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ msg: 'hello' })
    expect(lines[2]).toMatch(/ERROR m\n$/)
  })
})

describe('text from outside', () => {
  const evil =
    'x"\n2026-01-01T00:00:00.000 INFO  admin logged in\u001b[2K\u001b[1A\u001b]0;owned\u0007\r\u202e\u2028'
  const acts = /[\p{Cc}\p{Bidi_Control}\p{Zl}]/u

  it.each<[string, Record<string, unknown>]>([
    ['the message', { msg: evil }],
    ['a name', { pid: '<0.7>', name: evil, msg: 'x' }],
    ['a label that is an object', { pid: '<0.7>', name: { evil }, msg: 'x' }],
    ['a field', { msg: 'x', user: evil }],
    ['a field in a field', { msg: 'x', user: { [evil]: [evil] } }],
    ['the key of a field', { msg: 'x', [evil]: 1 }],
    ['an error', { msg: 'x', err: { type: evil, message: evil } }],
    ['a stack', { msg: 'x', err: { stack: `Error: ${evil}\n    at a (file:///a.js:1:1)` } }],
    [
      'a frame',
      { msg: 'x', err: { stack: `Error: a\n    at ${evil.replaceAll('\n', '')} (file:///a.js:1:1)` } },
    ],
    ['a cause', { msg: 'x', err: { stack: 'Error: a', cause: { type: 'E', message: evil } } }],
    ['a level and a time', { msg: 'x', level: evil, time: evil }],
  ])('writes nothing of its own, as %s', (_, fields) => {
    const lines = prettyLine(line({ level: 'error', ...fields }), false)
      .trimEnd()
      .split('\n')
    for (const each of lines) expect(each).not.toMatch(acts)
    expect(lines.some((each) => each.startsWith('2026-01-01T00:00:00.000 INFO'))).toBe(false)
    expect(lines.join('\n')).toMatch(/\\u001b\[2k/i)
  })

  it('is written out too where it is no record', () => {
    expect(prettyLine('a\u001b[2Kb\rc\n', false)).toBe('a\\u001b[2Kb\\rc\n')
  })
})

describe('keys that are to be hidden', () => {
  it('are in no line, whoever writes it', () => {
    const lines: string[] = []
    const destination = { write: (text: string) => void lines.push(text) }
    const logger = createLogger({ destination, redact: ['x-shoe-size', 'shoeSize'] })
    logger.info({ shoeSize: 'EU 41', person: { shoeSize: 'EU 41', 'x-shoe-size': 'EU 41' } }, 'measured')
    logReporter(logger)({
      level: 'error',
      kind: 'k',
      message: 'shoeSize=EU41',
      state: [{ ShoeSize: 'EU 41' }],
    })
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toMatch(/EU ?41/)
  })
})
