/** The pretty format of log lines: time, level, process and message; other fields are below, indented. */
import type { DestinationStream } from 'pino'
import { jsonOf, linesOfStack, oneLine } from '../../kernel/index.js'
import { painter, type Style } from './colours.js'
import { CrashTexts, type LogRecord, type RecordText } from './crash-text.js'

const COLOURS: Record<string, Style> = {
  trace: 'grey',
  debug: 'grey',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'magenta',
}
/** The fields that are in the first line already, or that are of no use at a terminal. */
const SHOWN = new Set([
  'level',
  'time',
  'pid',
  'name',
  'msg',
  'host',
  'osPid',
  'err',
  'kind',
  'reason',
  'docs',
])

/** The fields of new code of `heartwood dev`, whose message says all of them but the lines of a mistake. */
const OF_CODE = new Set(['files', 'took', 'mistake'])

/** A stream that turns the JSON lines of pino into readable ones. */
export class PrettyStream implements DestinationStream {
  /** Whether all fields of all records are shown. */
  wantsDetails: () => boolean = () => false
  readonly #crashes = new CrashTexts()

  constructor(
    private readonly inner: DestinationStream,
    private readonly coloured: boolean,
  ) {}

  write(line: string): void {
    const record = parsed(line)
    if (record === undefined || this.wantsDetails()) {
      this.inner.write(prettyLine(line, this.coloured))
      return
    }
    const brief = this.#crashes.of(record, fieldsOf(record))
    if (brief !== undefined) this.inner.write(written(record, brief, this.coloured))
  }

  reopen(): boolean {
    const { reopen } = this.inner as { reopen?: () => unknown }
    return reopen !== undefined && reopen.call(this.inner) !== false
  }

  flushSync(): void {
    const { flushSync } = this.inner as { flushSync?: () => void }
    flushSync?.call(this.inner)
  }
}

/** The text of a JSON line with all its fields; it ends with a newline. A line that is no JSON object stays as it is. */
export function prettyLine(line: string, coloured: boolean): string {
  const record = parsed(line)
  if (record === undefined) return `${line.trimEnd().split('\n').map(oneLine).join('\n')}\n`
  const whole = { head: text(record.msg ?? ''), fields: fieldsOf(record), below: stackOf(record.err) }
  return written(record, whole, coloured)
}

function fieldsOf(record: LogRecord): RecordText['fields'] {
  if (isRoutine(record)) return []
  const isOfCode = record.kind === 'code'
  return Object.entries(record).filter(([field]) => !SHOWN.has(field) && !(isOfCode && OF_CODE.has(field)))
}

/** The name of the process. Without one, in a report of its end: its class and the key that it is registered under. */
function nameOf({ name, kind, label, via }: LogRecord): string | undefined {
  if (name !== undefined) return text(name)
  if (kind !== 'crash' && kind !== 'server') return undefined
  const known = [label, via].filter((part) => part !== undefined).map(text)
  return known.length === 0 ? undefined : known.join(' ')
}

function written(record: LogRecord, { head, fields, below }: RecordText, coloured: boolean): string {
  const paint = painter(coloured)
  const { time, level, pid } = record
  const name = nameOf(record)
  const clock = typeof time === 'string' ? text(time.slice(11, 23)) : text(time ?? '')
  const word = text(level ?? '')
    .toUpperCase()
    .padEnd(5)
  const who = pid === undefined ? '' : ` ${paint(`${name ?? ''}${text(pid)}`, 'cyan')}`
  const first = `${paint(clock, 'grey')} ${paint(word, COLOURS[String(level)] ?? 'bold')}${who} ${head}`
  const rest = fields.map(([field, value]) => `    ${paint(`${text(field)}:`, 'grey')} ${text(value)}`)
  const lines = [...rest, ...[...below, ...mistakeOf(record)].map((line) => `    ${line}`)]
  return `${[first, ...lines].join('\n')}\n`
}

/** What a compiler says, in its lines; the message has what is one line. */
function mistakeOf({ kind, mistake }: LogRecord): readonly string[] {
  if (kind !== 'code' || typeof mistake !== 'string') return []
  const lines = mistake.split('\n').filter((line) => line.trim() !== '')
  return lines.length === 1 ? [] : lines.map(oneLine)
}

/** Whether a record is a routine report, whose message says everything. */
function isRoutine({ kind, level, incident }: Record<string, unknown>): boolean {
  return kind !== undefined && incident === undefined && (level === 'info' || level === 'debug')
}

/** The stack of an error and of its causes. */
function stackOf(error: unknown, indent = ''): string[] {
  if (typeof error !== 'object' || error === null) return []
  const { type, message, stack, cause } = error as Record<string, unknown>
  const lines = typeof stack === 'string' ? linesOfStack(stack) : [`${text(type)}: ${text(message)}`]
  const behind = stackOf(cause, `${indent}  `)
  return [
    ...lines.map((line) => indent + line),
    ...behind.map((line, at) => (at === 0 ? line.replace(/^ +/, (space) => `${space}caused by `) : line)),
  ]
}

/** A text on one line, without characters that control a terminal. */
function text(value: unknown): string {
  return oneLine(jsonOf(value))
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    // The line is no record, and is shown as it is.
    return undefined
  }
}
