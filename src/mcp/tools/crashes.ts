/** What crashed and came back. */
import { read } from '../../kernel/index.js'
import { type Facts, rowsAnswer, wholeAnswer } from '../answer.js'
import { listIn, numberIn, pick, query, textIn } from '../peer-values.js'
import { type Tool, text, whole, word } from '../tool.js'

const EVENTS = 1_000
/** Characters of a reason that make it another one: numbers in it do not. */
const ALIKE = 200

export const crashes: Tool = {
  name: 'crashes',
  description:
    'What ended that was not to, grouped: one row for each worker and reason, with how often, since when, how regularly (every_s: the usual time between two, in ' +
    'seconds), its code and where that is documented, and what it was handling at last. A crash every minute or so is a worker that is restarted ' +
    'for nothing: look at what it waits for.',
  parameters: {
    minutes: whole('Only those of the last minutes; default all that are kept.', 1, 1_000_000),
    skip: whole('Rows to pass over; default 0.', 0, 100_000),
  },
  acts: false,
  async run(observer, given) {
    const [found, overview] = await Promise.all([
      observer.get(query('timeline', { limit: EVENTS })),
      observer.get('overview'),
    ])
    const [minutes, skip = 0] = [given.number('minutes'), given.number('skip')]
    const since = minutes === undefined ? 0 : (numberIn(overview, 'at') ?? 0) - minutes * 60_000
    const events = listIn(found, 'events')
    const ends = events.filter(
      (event) => (event.kind === 'crash' || event.kind === 'exit') && (numberIn(event, 'at') ?? 0) >= since,
    )
    const groups = [...grouped(ends).values()].map(groupRow).sort((a, b) => b.count - a.count)
    const rows = groups.slice(skip)
    const facts = { ends: ends.length, kinds: groups.length, ...oldest(events) }
    return rowsAnswer(facts, rows, (shown) =>
      shown < rows.length ? given.with({ skip: skip + shown }) : undefined,
    )
  },
}

/** More happened than what was looked at. */
function oldest(events: readonly Facts[]): Facts {
  return events.length < EVENTS ? {} : { only_since: at(events.at(-1)) }
}

function grouped(events: readonly Facts[]): ReadonlyMap<string, Facts[]> {
  const groups = new Map<string, Facts[]>()
  for (const event of events) {
    const reason = (textIn(event, 'reason') ?? '').slice(0, ALIKE).replace(/\d+/g, '0')
    const key = JSON.stringify([who(event), textIn(event, 'code'), reason])
    groups.set(key, [...(groups.get(key) ?? []), event])
  }
  return groups
}

function who(event: Facts): string {
  const [supervisor, child] = [textIn(event, 'supervisor'), textIn(event, 'child')]
  if (child !== undefined) return `${supervisor} › ${child}`
  return textIn(event, 'name') ?? textIn(event.report, 'label') ?? textIn(event, 'pid') ?? '?'
}

/** @param events of one group, the newest first */
function groupRow(events: readonly Facts[]): Facts & { readonly count: number } {
  const [newest = {}] = events
  const times = events.map((event) => numberIn(event, 'at') ?? 0)
  const gaps = times.slice(1).map((time, index) => (times[index] ?? time) - time)
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]
  return {
    who: who(newest),
    count: events.length,
    ...(usual === undefined ? {} : { every_s: Math.round(usual / 100) / 10 }),
    first: at(events.at(-1)),
    last: at(newest),
    kind: newest.kind,
    ...pick(newest, ['reason', 'code', 'docs', 'pid', 'incident']),
    ...pick(newest.report, ['lastMessage']),
    event: newest.seq,
  }
}

function at(event: Facts | undefined): string {
  const time = new Date(numberIn(event, 'at') ?? 0)
  return Number.isNaN(time.getTime()) ? '?' : time.toISOString()
}

const KINDS = ['crash', 'exit', 'restart', 'report', 'refused']
const IN_ROW = [
  'kind',
  'level',
  'message',
  'pid',
  'name',
  'supervisor',
  'child',
  'reason',
  'code',
  'docs',
  'incident',
]

export const timeline: Tool = {
  name: 'timeline',
  description:
    'What happened, the newest first: crashes, ends, restarts, warnings and refused orders. With event, one of them whole, with its report: the ' +
    'stack, the last message, the state before. With incident, all that came of one crash.',
  parameters: {
    event: whole('The number of one event.', 1, 1e14),
    incident: text('Only what has this incident.'),
    process: text('Only what is about this pid, name or child.', 'mailer'),
    kind: word('Only of this kind.', KINDS),
    before: whole('Only events before this number, as next of the answer before has it.', 1, 1e14),
  },
  acts: false,
  async run(observer, given) {
    const event = given.number('event')
    const before = event === undefined ? given.number('before') : event + 1
    const limit = event === undefined ? EVENTS : 1
    const found = await observer.get(query('timeline', { limit, before }))
    const events = listIn(found, 'events')
    if (event !== undefined) {
      const one = events.find((each) => each.seq === event)
      const gone = { note: `event ${event} is not kept any more, or there was none` }
      return wholeAnswer(one === undefined ? gone : { ...one, at: at(one) }, 'long texts and lists are cut')
    }
    const fits = fitting(given.text('process'), given.text('incident'), given.text('kind'))
    const rows = events.filter(fits).map((each) => ({ event: each.seq, at: at(each), ...pick(each, IN_ROW) }))
    return rowsAnswer({ matched: rows.length, looked_at: events.length }, rows, (shown) => {
      const last = shown < rows.length ? rows[shown - 1]?.event : undefined
      const deepest = events.length < EVENTS ? undefined : events.at(-1)?.seq
      const from = last ?? deepest
      return from === undefined ? undefined : given.with({ before: from })
    })
  },
}

function fitting(
  process: string | undefined,
  incident: string | undefined,
  kind: string | undefined,
): (event: Facts) => boolean {
  return (event) =>
    (kind === undefined || event.kind === kind) &&
    (incident === undefined || event.incident === incident) &&
    (process === undefined || ['pid', 'name', 'child'].some((key) => read(event, key) === process))
}
