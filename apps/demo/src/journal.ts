import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder, refuseIfGone } from './data-folder.js'

/** What is known under a key, and when it was noted. A later note of the same key counts more. */
export interface Note {
  readonly key: string
  /** Epoch milliseconds, a little more where the clock stood still or was set back: no two are alike. */
  readonly order: number
  /** `null` where the key is gone. */
  readonly value: unknown
  /** The target that it is about, if it is about one: whoever checks that has the note. Empty for what is about this Pulse itself. */
  readonly target?: string
}

/** A file with so many more lines than notes is written anew. */
const SLACK = 10_000

/**
 * Small facts that outlive workers and the program: what was concluded of each target, what was told, what is still to
 * be delivered. They are at hand in memory; `commit` puts what is new at the end of a file, and onto the disk.
 *
 * It does without the database: what is told of a database that is away has to be noted too. A copy of it goes there all
 * the same (`unsaved`), for a Pulse that starts on another machine.
 */
export class Journal implements Disposable {
  readonly #notes = new Map<string, Note>()
  /** Keys that the file does not have as they are. */
  readonly #uncommitted = new Set<string>()
  /** Keys that the copy does not have as they are. */
  readonly #unsaved = new Set<string>()
  #path: string | undefined
  #file: number | undefined
  #lines = 0
  #order = 0
  #torn = false
  #fault: unknown

  constructor(private readonly wallTime: () => number = Date.now) {}

  /**
   * Reads what an earlier run has noted in this folder; does nothing when that is done.
   *
   * @throws when the folder takes no file: then it goes on in memory
   */
  open(folder: string): void {
    if (this.#path !== undefined) return
    makeFolder(folder)
    this.#path = join(folder, 'pulse.journal')
    this.#file = openSync(this.#path, 'a+')
    const lines = readFileSync(this.#path, 'utf8').split('\n')
    // The last line is empty, unless the program died over it.
    this.#torn = lines.at(-1) !== ''
    for (const line of lines) this.#read(line)
    this.#lines = lines.length
  }

  #read(line: string): void {
    if (line === '') return
    try {
      const [key, order, value, target] = JSON.parse(line)
      this.#keep({ key, order, value, ...(typeof target === 'string' && { target }) })
    } catch {
      // What was being written when the program or the disk failed. Nobody was told of it.
    }
  }

  get(key: string): unknown {
    return this.#notes.get(key)?.value ?? undefined
  }

  /** The keys that begin so and have a value, in the order in which they were noted last. */
  keys(prefix: string): string[] {
    return [...this.#notes.values()]
      .filter(({ key, value }) => value !== null && key.startsWith(prefix))
      .map(({ key }) => key)
  }

  /**
   * @param value of JSON; `undefined` for what is no more
   * @param target what it is about
   */
  set(key: string, value: unknown, target?: string): Note {
    const order = Math.max(this.#order + 1, this.wallTime())
    const note = { key, order, value: value ?? null, ...(target !== undefined && { target }) }
    this.#keep(note)
    // In the file, too, what was noted last stands last.
    this.#uncommitted.delete(key)
    this.#uncommitted.add(key)
    this.#unsaved.add(key)
    return note
  }

  #keep(note: Note): void {
    this.#order = Math.max(this.#order, note.order)
    // In the order in which they were noted last.
    this.#notes.delete(note.key)
    this.#notes.set(note.key, note)
  }

  /**
   * Puts all that is new onto the disk. When that fails it goes on in memory, and the next one tries again.
   *
   * @returns what the disk says, the first time it says so
   */
  commit(): unknown {
    const knew = this.#fault
    try {
      this.#write()
      this.#fault = undefined
      return undefined
    } catch (error) {
      this.#fault = error
      return knew === undefined ? error : undefined
    }
  }

  /** What the disk said last, if it did not take what is new. */
  get fault(): unknown {
    return this.#fault
  }

  #write(): void {
    if (this.#uncommitted.size === 0 || this.#file === undefined) return
    refuseIfGone(this.#path as string, fstatSync(this.#file))
    const lines = [...this.#uncommitted].map((key) => lineOf(this.#noteOf(key)))
    const start = this.#torn ? '\n' : ''
    this.#torn = true
    writeAll(this.#file, start + lines.join(''))
    fdatasyncSync(this.#file)
    this.#torn = false
    this.#uncommitted.clear()
    this.#lines += lines.length
    if (this.#lines > this.#notes.size + SLACK) this.#rewrite()
  }

  #rewrite(): void {
    const path = this.#path as string
    for (const [key, { value }] of this.#notes)
      if (value === null && !this.#unsaved.has(key)) this.#notes.delete(key)
    const fresh = openSync(`${path}.new`, 'w')
    try {
      writeAll(fresh, [...this.#notes.values()].map(lineOf).join(''))
      fsyncSync(fresh)
    } finally {
      closeSync(fresh)
    }
    renameSync(`${path}.new`, path)
    const folder = openSync(dirname(path), 'r')
    fsyncSync(folder)
    closeSync(folder)
    this.#close()
    this.#file = openSync(path, 'a')
    this.#lines = this.#notes.size
  }

  /** What a copy does not have yet. */
  unsaved(): readonly Note[] {
    return [...this.#unsaved].map((key) => this.#noteOf(key))
  }

  /** The copy has these now. */
  saved(notes: readonly Note[]): void {
    for (const note of notes)
      if (this.#notes.get(note.key)?.order === note.order) this.#unsaved.delete(note.key)
  }

  /** Whether the copy has it as it is. */
  isSaved(key: string): boolean {
    return !this.#unsaved.has(key)
  }

  /** Has of a target what the copy has, and nothing else: it was checked by another Pulse meanwhile. */
  replace(target: string, notes: readonly Note[]): void {
    this.forget(target)
    for (const note of notes) this.#keep(note)
  }

  /** Knows nothing more of a target: another Pulse checks it. The copy is left as it is. */
  forget(target: string): void {
    for (const note of [...this.#notes.values()]) {
      if (note.target !== target) continue
      this.#notes.delete(note.key)
      this.#unsaved.delete(note.key)
      this.#uncommitted.delete(note.key)
    }
  }

  /** Takes over each note that is later than what is known under its key. */
  adopt(notes: readonly Note[]): void {
    for (const note of notes) {
      if (note.order > (this.#notes.get(note.key)?.order ?? Number.NEGATIVE_INFINITY)) this.#keep(note)
    }
  }

  /** Takes over what a copy has that was noted later than anything here. */
  merge(notes: readonly Note[]): void {
    const last = this.#order
    for (const note of notes) {
      if (note.order <= last) continue
      this.#keep(note)
      this.#uncommitted.add(note.key)
    }
  }

  [Symbol.dispose](): void {
    this.#close()
    this.#file = undefined
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }

  #noteOf(key: string): Note {
    return this.#notes.get(key) as Note
  }
}

/** A disk that is nearly full takes a part, and only then says so. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
}

const lineOf = ({ key, order, value, target }: Note): string =>
  `${JSON.stringify(target === undefined ? [key, order, value] : [key, order, value, target])}\n`
