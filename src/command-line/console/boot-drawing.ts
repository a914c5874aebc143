/** The tree as it comes up, drawn for a person who starts a program at a terminal. */
import type { BootStep, BootWatcher } from '../../application/index.js'
import { isWorkedOn } from '../../config/index.js'
import { cut, oneLine } from '../../kernel/index.js'
import { type Paint, painter, showsColours } from '../../logging/index.js'

/** Children of one supervisor that are drawn, and lines of the whole tree. What is more is counted. */
const WIDEST = 20
const LONGEST = 200
/** Indentation ends here. */
const DEEPEST = 12

/** Where it is drawn. */
interface Screen {
  readonly write: (text: string) => unknown
  readonly columns: number
  readonly paint: Paint
}

/**
 * @returns undefined unless a person watches: standard output and standard error are terminals, the log is for people, and the
 *   environment is one of development
 */
export function bootDrawing(
  format: unknown,
  environment: string | undefined,
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process,
): BootDrawing | undefined {
  if (stdout.isTTY !== true || stderr.isTTY !== true) return undefined
  if (format === 'json' || !isWorkedOn(environment)) return undefined
  const write = (text: string): unknown => stderr.write(text)
  return new BootDrawing({ write, columns: stderr.columns ?? 80, paint: painter(showsColours(stderr)) })
}

/**
 * Writes a line when it happens and never changes one: lines of the log may stand between them. So a supervisor is drawn when its start
 * begins, and a worker when it is up.
 */
export class BootDrawing implements BootWatcher {
  /** How many children were met, by the depth of their supervisor. */
  readonly #met: number[] = []
  readonly #count = { worker: 0, supervisor: 0 }
  #lines = 0
  #isUp = false

  constructor(private readonly screen: Screen) {}

  began({ kind, name }: BootStep, depth: number): void {
    if (this.#isUp) return
    this.#met[depth] = 0
    const shown = this.#shown(name)
    if (kind === 'application') this.#write(depth, this.screen.paint(shown, 'bold'))
    if (kind === 'supervisor' && this.#hasRoom(depth)) this.#write(depth, shown)
  }

  ended(step: BootStep, depth: number): void {
    const { kind, name, failure } = step
    if (this.#isUp || kind === 'boot' || kind === 'application') return
    const hidden = (this.#met[depth] ?? 0) - WIDEST
    if (hidden > 0) this.#write(depth + 1, this.screen.paint(`… and ${hidden} more`, 'grey'))
    if (kind !== 'phase' && failure === undefined) this.#count[kind] += 1
    if (kind === 'supervisor') return
    const what = kind === 'phase' ? `phase ${this.#shown(name)}` : this.#shown(name)
    if (failure !== undefined) this.#write(depth, `${this.screen.paint('failed', 'red')} ${what}`)
    else if (this.#hasRoom(depth)) this.#write(depth, `${what}  ${this.screen.paint(took(step), 'grey')}`)
  }

  /** All of it is up: nothing more is drawn. */
  up(): void {
    this.#isUp = true
    const { worker, supervisor } = this.#count
    const size = `${worker} ${worker === 1 ? 'worker' : 'workers'}, ${supervisor} ${supervisor === 1 ? 'supervisor' : 'supervisors'}`
    this.screen.write(`${this.screen.paint(`up: ${size}. Ctrl+C stops them in reverse order`, 'green')}\n`)
  }

  /** Whether one more child of the supervisor above is drawn. */
  #hasRoom(depth: number): boolean {
    const met = (this.#met[depth - 1] ?? 0) + 1
    this.#met[depth - 1] = met
    return met <= WIDEST
  }

  /** One line, with room for its place in the tree and for its time. */
  #shown(name: string): string {
    return cut(oneLine(name), Math.max(8, Math.floor(this.screen.columns / 2)))
  }

  #write(depth: number, text: string): void {
    this.#lines += 1
    if (this.#lines > LONGEST) return
    const isLast = this.#lines === LONGEST
    const line = `${depth > 1 ? `${'│  '.repeat(Math.min(depth, DEEPEST) - 2)}├─ ` : ''}${isLast ? '… the tree goes on' : text}`
    this.screen.write(`${line}\n`)
  }
}

function took({ ms = 0 }: BootStep): string {
  return `${ms.toFixed(1)} ms`
}
