/** How the program is, and what it is configured with. */
import { HeartwoodError } from '../../kernel/index.js'
import { rowsAnswer, wholeAnswer } from '../answer.js'
import { listIn, numberIn, pick, query, textIn } from '../peer-values.js'
import { type Tool, text, whole } from '../tool.js'

const PROGRAM = [
  'uptime',
  'processes',
  'spawned',
  'deadLetters',
  'strayFailures',
  'memory',
  'node',
  'osPid',
  'logLevel',
]
const HOUR = 3_600_000
const EVENTS = 1_000

export const health: Tool = {
  name: 'health',
  description:
    'Start here. Whether the program is live and ready, and why not; its memory and counts; how many crashes and restarts there were in the last ' +
    'hour. Where there were some, ask crashes next.',
  parameters: {},
  acts: false,
  async run(observer) {
    const [overview, state, timeline] = await Promise.all([
      observer.get('overview'),
      observer.get('health').catch(noSystem),
      observer.get(query('timeline', { limit: EVENTS })),
    ])
    const now = numberIn(overview, 'at') ?? 0
    const recent = listIn(timeline, 'events').filter((event) => now - (numberIn(event, 'at') ?? 0) <= HOUR)
    const count = (kind: string): number => recent.filter((event) => event.kind === kind).length
    return wholeAnswer(
      {
        at: now,
        ...pick(state, ['live', 'ready', 'note']),
        program: pick(overview, PROGRAM),
        last_hour: { crashes: count('crash'), exits: count('exit'), restarts: count('restart') },
      },
      'long texts are cut',
    )
  },
}

/** The observer may stand alone, beside no system that has a health. */
function noSystem(error: unknown): object {
  if (!HeartwoodError.is(error, 'OBSERVER_ANSWER') || error.details.status !== 404) throw error
  return { note: 'the observer belongs to no system that has a health; there are only processes' }
}

export const config: Tool = {
  name: 'config',
  description:
    'The settings in force, each with the source that it comes from. Values of secrets are [redacted], here as everywhere.',
  parameters: {
    q: text('Only keys that contain this.', 'db.'),
    offset: whole('Settings to pass over; default 0.', 0, 1_000_000),
  },
  acts: false,
  async run(observer, given) {
    const offset = given.number('offset') ?? 0
    const found = await observer.get(query('config', { q: given.text('q'), offset, limit: 500 }))
    const total = numberIn(found, 'total') ?? 0
    const rows = listIn(found, 'settings').map((each) => ({
      key: textIn(each, 'key'),
      value: each.value,
      ...pick(each, ['from', 'place', 'variable']),
    }))
    return rowsAnswer({ ...pick(found, ['environment']), total }, rows, (shown) =>
      offset + shown < total ? given.with({ offset: offset + shown }) : undefined,
    )
  },
}
