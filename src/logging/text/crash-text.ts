/** The short text of crashes for people. A crash has several complete records: of the worker, its process and its supervisor. People get each fact once. */
import { cut, jsonOf, linesOfStack, oneLine } from '../../kernel/index.js'
import { frameLines } from './stack-text.js'

/** A parsed record of the log. */
export type LogRecord = Readonly<Record<string, unknown>>

/** The text of a record: its first line after the name, its fields, and the lines below. */
export interface RecordText {
  readonly head: string
  readonly fields: readonly (readonly [name: string, value: unknown])[]
  readonly below: readonly string[]
}

/** The fields of a crash that are useful at a terminal. The others are shown at level `debug`. */
const TELLING = new Set(['lastMessage', 'state', 'client', 'formatError', 'place', 'count'])
/** The kinds of records whose other fields are left out. */
const DETAILED = new Set(['crash', 'server', 'supervisor'])
/** The number of characters of a field. */
const LONGEST = 1_000

/** The time for which stacks are remembered, in milliseconds. */
const RECENT = 10_000
const STACKS = 16

/** The texts that were shown recently. */
class Recent {
  readonly #shown = new Map<string, number>()

  constructor(private readonly most: number) {}

  /** Whether a text was shown recently. Notes it as shown now. */
  has(text: string, time: number): boolean {
    const before = this.#shown.get(text)
    this.#shown.delete(text)
    this.#shown.set(text, time)
    for (const [oldest, at] of this.#shown) {
      if (this.#shown.size <= this.most && time - at <= RECENT) break
      this.#shown.delete(oldest)
    }
    return before !== undefined && time - before <= RECENT
  }
}

/** A hint that is written once, where frames are left out. */
const MORE = ' (log level debug shows all of it)'

/** Makes the texts of records. It remembers what was shown before. */
export class CrashTexts {
  readonly #stacks = new Recent(STACKS)
  #toldOfMore = false

  /** The text of a record; `undefined` for a record that says nothing new. */
  of(record: LogRecord, fields: RecordText['fields']): RecordText | undefined {
    const { kind, level, err } = record
    const time = typeof record.time === 'string' ? Date.parse(record.time) : 0
    // The crash was shown already, with the report of the server, by a record of level error.
    const isTold = level === 'info' && record.incident !== undefined
    if (isTold && kind === 'server') return undefined
    const detailed = (isTold || level === 'error' || level === 'fatal') && DETAILED.has(String(kind))
    if (!detailed) return { head: text(record.msg ?? ''), fields, below: this.#stackOf(err, time) }
    const head = record.context === 'child_terminated' ? endOf(record, isTold) : headOf(record)
    return {
      head,
      fields: fields
        .filter(([name]) => TELLING.has(name))
        .map(([name, value]) => [name, cut(jsonOf(value), LONGEST)] as const),
      below: isTold ? [] : this.#stackOf(err, time, head),
    }
  }

  /** The stack of an error and of its causes; each stack is shown once. @param head the line above, which may contain the message already */
  #stackOf(error: unknown, time: number, head = '', above: readonly string[] = []): string[] {
    if (typeof error !== 'object' || error === null) return []
    const { type, message, stack, cause } = error as LogRecord
    const whole = typeof stack === 'string' ? stack : `${text(type)}: ${text(message)}`
    const [first = '', ...frames] = linesOfStack(whole)
    const lines = head.endsWith(first) ? [] : [first]
    if (this.#stacks.has(whole, time))
      return frames.length === 0 ? lines : [...lines, '    … from where it came above']
    lines.push(...frameLines(frames, above).map((line) => `    ${this.#withMore(line)}`))
    const [behind, ...rest] = this.#stackOf(cause, time, '', frames)
    if (behind !== undefined) lines.push(`caused by ${behind}`, ...rest)
    return lines
  }

  #withMore(line: string): string {
    if (this.#toldOfMore || !line.startsWith('…')) return line
    this.#toldOfMore = true
    return `${line}${MORE}`
  }
}

function headOf({ kind, level, reason, msg }: LogRecord): string {
  if (level === 'error' && kind === 'crash' && typeof reason === 'string')
    return `crashed: ${oneLine(reason)}`
  return text(msg ?? '')
}

/** The text of a child's end, and whether it is restarted. @param isTold whether the reason was shown already */
function endOf({ supervisor, offender, restarts, reason }: LogRecord, isTold: boolean): string {
  const child = text((offender as LogRecord | undefined)?.id)
  const ended = `supervisor ${text(supervisor)}: child "${child}" terminated${isTold ? '' : `: ${text(reason)}`}`
  if (typeof restarts !== 'object' || restarts === null) return `${ended}; it is not restarted`
  const { recent, intensity, period } = restarts as LogRecord
  const count = Number(recent) + 1
  return count > Number(intensity)
    ? `${ended}; it would be restart ${count} of at most ${often(intensity, period)}`
    : `${ended}; restart ${count} of at most ${often(intensity, period)}`
}

function often(intensity: unknown, period: unknown): string {
  return `${Number(intensity)} in ${Number(period) / 1_000} s`
}

function text(value: unknown): string {
  return oneLine(jsonOf(value))
}
