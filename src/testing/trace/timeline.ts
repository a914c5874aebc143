/** A trace as text: one line for each thing that happened. */
import { checkKnown, namesOf, type Pid } from '../../kernel/index.js'
import type { Actor, TraceEvent } from './event.js'
import { messageText, type NameOf, reasonText, shown } from './wording.js'

/** The options of a timeline. */
export interface TimelineOptions {
  /** Whether to include events of taking messages out of mailboxes. Default false. */
  readonly takes?: boolean
  /** The number of last lines to show. Default: all. */
  readonly last?: number
  /** Whether the pid of a started process is shown beside its name. Default true, for `traceOf` false, so that names are stable. */
  readonly pids?: boolean
}

const TIMELINE_OPTIONS = namesOf<TimelineOptions>({ takes: true, last: true, pids: true })

/**
 * Makes a text of the events in order, one line each.
 *
 * @example
 * ```ts
 * console.log(timelineOf(kernel.trace.events, kernel.trace.nameOf))
 * //   0 ms  test → counter: call add(2)
 * //   0 ms  counter → test: replies 2
 * ```
 */
export function timelineOf(
  events: readonly TraceEvent[],
  nameOf: NameOf,
  input: TimelineOptions = {},
): string {
  checkKnown('the timeline', input, TIMELINE_OPTIONS)
  const { takes = false, last = Number.POSITIVE_INFINITY, pids = true } = input
  const told = events.filter((event) => (takes || event.kind !== 'take') && !isTestItself(event, nameOf))
  const lines = told.slice(-last).map((event) => `${time(event.at)}  ${lineOf(event, nameOf, pids)}`)
  const earlier = told.length - lines.length
  if (earlier > 0) lines.unshift(`${' '.repeat(9)}… ${earlier} earlier`)
  return lines.join('\n')
}

/** The test is a process, or many, whenever it acts like one; that these come and go says nothing. */
export function isTestItself({ kind, to }: TraceEvent, nameOf: NameOf): boolean {
  return (kind === 'spawn' || kind === 'exit') && to !== undefined && nameOf(to) === 'test'
}

/** One event in words, without its time. @param pids as of `timelineOf` */
export function lineOf({ kind, from, to, what }: TraceEvent, nameOf: NameOf, pids = true): string {
  const who = actorName(from, nameOf)
  const whom = to === undefined ? 'nobody' : nameOf(to)
  switch (kind) {
    case 'spawn':
      return `${who} starts ${whom}${!pids || whom.includes(String(to)) ? '' : ` ${to}`}`
    case 'send':
      return `${who} → ${whom}: ${messageText(what, nameOf)}`
    case 'take':
      return `${whom} takes ${messageText(what, nameOf)}`
    case 'reply':
      return `${who} → ${actorName(to, nameOf)}: replies ${shown(what, nameOf)}`
    case 'signal':
      return `${who} ⇢ ${whom}: exit signal ${reasonText(what)}`
    case 'exit':
      return `${whom} exits: ${reasonText(what)}`
    case 'lost':
      return `${who} → ${whom}: ${messageText(what, nameOf)} is lost`
    case 'fault':
      return `fault${to === undefined ? '' : ` at ${whom}`}: ${String(what)}`
    case 'note':
      return `${to === undefined ? '' : `${whom}: `}${String(what)}`
  }
}

export function actorName(actor: Actor, nameOf: NameOf): string {
  if (actor === undefined) return 'test'
  return actor === 'timer' ? 'timer' : nameOf(actor as Pid)
}

function time(ms: number): string {
  return `${String(Math.round(ms)).padStart(6)} ms`
}
