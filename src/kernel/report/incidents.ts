import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'

/**
 * Joins the reports of one crash. The server, its process and its supervisor each report it, and find out here whether it has been reported
 * already.
 *
 * A crash is identified by the processes that died of it, also by a link, and by its error.
 */
export class Incidents {
  readonly #known = new WeakMap<object, string>()
  #prefix = ''
  #count = 0
  /** Whether no crash has been reported. */
  #isEmpty = true
  /** Data of a server for the report of its process. */
  #said: { readonly pid: Pid; readonly fields: object } | undefined

  /** Returns the id of the crash of a process, which its reports have as `incident`. */
  of(pid: Pid | undefined, reason: ExitReason): string {
    const known = this.#get(pid)
    if (known !== undefined) return known
    // It is made on demand, and needed because another run of the program also counts from 1.
    if (this.#prefix === '')
      this.#prefix = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex')
    return this.#note(`${this.#prefix}-${++this.#count}`, pid, reason)
  }

  /** Returns the id of the crash that ended the process or was this error; `undefined` if none was reported. */
  find(pid: unknown, reason: ExitReason): string | undefined {
    if (this.#isEmpty) return undefined
    return this.#get(pid) ?? this.#get(reason)
  }

  /** Notes that a process dies of the crash of another one. */
  spread(from: Pid, to: Pid): void {
    if (this.#isEmpty) return
    const known = this.#known.get(from)
    if (known !== undefined) this.#known.set(to, known)
  }

  /** Notes that a process ended, or a supervisor gives up, by a crash that has been reported, perhaps in another kernel. */
  join(incident: string, pid: Pid): void {
    this.#isEmpty = false
    this.#known.set(pid, incident)
  }

  /** Adds fields to the next report of a process. */
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
