import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/**
 * One crash is told by several: by the server, by its process, by its supervisor. Here is what joins their reports, and by
 * which each of them knows whether the crash has been told already.
 *
 * A crash is known by who died of it, also by a link, and by the error that it was.
 */
export class Incidents {
  readonly #known = new WeakMap<object, string>()
  #prefix = ''
  #count = 0
  /** Nothing has crashed that anybody told of. */
  #isEmpty = true
  /** What a server has said of itself, for the report of its process. */
  #said: { readonly pid: Pid; readonly fields: object } | undefined

  /** The crash of that process; its reports have what is returned as `incident`. */
  of(pid: Pid | undefined, reason: ExitReason): string {
    const known = this.#get(pid)
    if (known !== undefined) return known
    // Made when it is needed: another run of the program numbers from 1, too.
    if (this.#prefix === '')
      this.#prefix = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex')
    return this.#note(`${this.#prefix}-${++this.#count}`, pid, reason)
  }

  /** The crash that ended that process, or that was this error; undefined where none has been told. */
  find(pid: unknown, reason: ExitReason): string | undefined {
    if (this.#isEmpty) return undefined
    return this.#get(pid) ?? this.#get(reason)
  }

  /** A process dies of what another died of. */
  spread(from: Pid, to: Pid): void {
    if (this.#isEmpty) return
    const known = this.#known.get(from)
    if (known !== undefined) this.#known.set(to, known)
  }

  /** That process ended, or a supervisor gives up, by a crash that has been told of; in another kernel, perhaps. */
  join(incident: string, pid: Pid): void {
    this.#isEmpty = false
    this.#known.set(pid, incident)
  }

  /** What the report of that process is to say, too. */
  say(pid: Pid, fields: object): void {
    this.#said = { pid, fields }
  }

  saidOf(pid: Pid): object | undefined {
    const said = this.#said
    this.#said = undefined
    return said?.pid === pid ? said.fields : undefined
  }

  #get(key: unknown): string | undefined {
    return typeof key === 'object' && key !== null ? this.#known.get(key) : undefined
  }

  #note(incident: string, pid: Pid | undefined, reason: unknown): string {
    this.#isEmpty = false
    if (pid !== undefined) this.#known.set(pid, incident)
    if (typeof reason === 'object' && reason !== null) this.#known.set(reason, incident)
    return incident
  }
}
