import { type DeathObserver, type Expirable, type Kernel, type Pid, printed } from '../kernel/index.js'
import { EndLimit, machineTimeOf, SPARE_LOADED_WITHIN } from './end-limit.js'
import { Isolate, type IsolatedClass } from './isolate.js'
import { editionOfModules } from './runtime/compiled-modules.js'
import type { IsolationOptions } from './runtime/isolate-options.js'

/** The spares of each process that has started something with `warm`. */
const SPARES = new WeakMap<Pid, Spares[]>()

/**
 * Spare threads or programs that have loaded a class and wait for a server, so that a restart does not wait for the loading. They belong to
 * the process that starts the servers, its supervisor, and end with it.
 */
export class Spares implements DeathObserver {
  #waiting: Isolate[] = []
  #wanted = 0
  /** Whether loading has failed, which was reported. It is tried again at the next start. */
  #failed = false
  #over = false
  /** The edition of the code that they have loaded. */
  #edition = editionOfModules()

  private constructor(
    private readonly kernel: Kernel,
    private readonly about: IsolatedClass,
    private readonly options: IsolationOptions,
  ) {}

  /** Returns the spares of a process for a class with such options; they are made when the first server runs (`refill`). */
  static of(kernel: Kernel, owner: Pid, about: IsolatedClass, options: IsolationOptions): Spares {
    let all = SPARES.get(owner)
    if (all === undefined) {
      all = []
      SPARES.set(owner, all)
    }
    const known = all.find((each) => each.#serves(about, options))
    if (known !== undefined) return known
    const spares = new Spares(kernel, about, options)
    all.push(spares)
    kernel.witness(owner, spares)
    return spares
  }

  /** Takes a spare that is loaded, or is being loaded; `undefined` if there is none. */
  take(): Isolate | undefined {
    this.#renew()
    const spare = this.#waiting.find((each) => each.isLoaded) ?? this.#waiting[0]
    if (spare !== undefined) this.#remove(spare)
    spare?.used()
    return spare
  }

  /** Starts the missing spares. */
  refill(warm: number): void {
    this.#wanted = warm
    while (!this.#over && this.#waiting.length < warm) this.#load()
  }

  /** Ends spares that have loaded older code. */
  #renew(): void {
    const edition = editionOfModules()
    if (edition === this.#edition) return
    this.#edition = edition
    for (const spare of this.#waiting.splice(0)) spare.end('shutdown')
  }

  /** Called when the process that starts the servers has died. */
  died(): void {
    this.#over = true
    for (const spare of this.#waiting.splice(0)) spare.end('shutdown')
  }

  #load(): void {
    const spare = new Isolate(this.kernel, this.about, this.options)
    this.#waiting.push(spare)
    spare.spared((error) => this.#lost(spare, error))
    const limit = new EndLimit(
      machineTimeOf(this.kernel),
      new SpareLimit(spare, () => this.#waiting.includes(spare)),
    )
    limit.begin(SPARE_LOADED_WITHIN)
    spare.loaded().then(
      () => {
        limit.over()
        this.#failed = false
      },
      () => limit.over(),
    )
  }

  /** Called when a spare ended before it was used. Another may end the same way, so the next is tried when something is started again. */
  #lost(spare: Isolate, reason: unknown): void {
    if (!this.#remove(spare) || this.#failed) return
    this.#failed = true
    const { name } = this.about
    const message = `${name}: a spare ${this.options.isolate} ended before it was used, and the next start waits for its loading (warm: ${this.#wanted}): ${printed(reason)}`
    this.kernel.report({ level: 'warn', kind: 'isolation', message, name, reason })
  }

  #remove(spare: Isolate): boolean {
    const at = this.#waiting.indexOf(spare)
    if (at >= 0) this.#waiting.splice(at, 1)
    return at >= 0
  }

  #serves(about: IsolatedClass, { isolate, blockedFor, heapLimit }: IsolationOptions): boolean {
    return (
      about.name === this.about.name &&
      about.module === this.about.module &&
      isolate === this.options.isolate &&
      blockedFor === this.options.blockedFor &&
      heapLimit === this.options.heapLimit
    )
  }
}

/** Ends a spare that is not loaded in time. One that was taken has the time of the start. */
export class SpareLimit implements Expirable {
  constructor(
    private readonly spare: Isolate,
    private readonly isWaiting: () => boolean,
  ) {}

  expired(): void {
    if (this.isWaiting())
      this.spare.end(new Error(`its module is not loaded after ${SPARE_LOADED_WITHIN} ms`))
  }
}
