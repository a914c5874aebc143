/** What is seen inside of the threads and programs of isolated servers: each is asked by whom the observer has there. */
import { call } from '../../genserver/index.js'
import { type IsolateExtension, type IsolateSight, isolatesOf } from '../../isolation/index.js'
import { HeartwoodError, type Kernel, Pid, sleep } from '../../kernel/index.js'

/** Milliseconds for an answer: code in there may not give its loop back. */
const PATIENCE = 200

/** Milliseconds, at the first look, for whom the observer has there to begin. */
const FIRST_PATIENCE = 1_000

/** Questions to one thread or program that may be open. */
const MOST_OPEN = 8

/** The name of the kernel that asks: in an answer its pids are without one. */
export interface IsolateObserverOrder {
  readonly host: string
}

/** Whom the observer of a kernel has in its threads and programs: none before somebody looks. */
export class IsolateObservers {
  readonly #there = new WeakMap<IsolateSight, IsolateObserver>()

  constructor(private readonly kernel: Kernel) {}

  /** Whether a process is in a thread or program of this one, or of one of those. */
  has(node: string): boolean {
    return this.#isolateWith(node) !== undefined
  }

  /** Whether that is an isolated server of this kernel itself, which is known here, too. */
  isServer(node: string, id: string): boolean {
    return isolatesOf(this.kernel).some(({ server }) => server?.node === node && String(server.id) === id)
  }

  /**
   * What the observer's API has at a path, in the kernel of a process: JSON, with pids as they are shown here.
   *
   * @param path of the process there, which is named `pid` in it
   * @returns undefined where nothing is answered in time
   */
  async ask(node: string, id: string, path: (pid: string) => string): Promise<unknown> {
    const isolate = this.#isolateWith(node)
    if (isolate === undefined) return undefined
    const pid = isolate.node === node ? `0.${id}` : `<${node}.${id}>`
    const answer = await this.kernel.run(() => this.#observerIn(isolate).ask(path(encodeURIComponent(pid))))
    return answer === undefined ? undefined : JSON.parse(answer)
  }

  #isolateWith(node: string): IsolateSight | undefined {
    const running = isolatesOf(this.kernel).filter(({ server }) => server !== undefined)
    return running.find((each) => each.node === node || node.endsWith(`@${each.node}`))
  }

  #observerIn(isolate: IsolateSight): IsolateObserver {
    const known = this.#there.get(isolate)
    if (known !== undefined) return known
    const made = new IsolateObserver(this.kernel)
    this.#there.set(isolate, made)
    isolate.extensions.post(made)
    return made
  }
}

/** One of them. */
class IsolateObserver implements IsolateExtension {
  readonly module = 'heartwood/observer'
  readonly entry = 'observeThere'
  readonly #up: Promise<Pid | undefined>
  #resolve!: (pid: Pid | undefined) => void
  /** Questions that are not answered. */
  #open = 0
  /** It was asked before, and has had its time to begin. */
  #isAsked = false

  readonly luggage: IsolateObserverOrder

  constructor(private readonly kernel: Kernel) {
    this.luggage = { host: kernel.node }
    this.#up = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  heard(news: unknown): void {
    if (news instanceof Pid) this.#resolve(news)
  }

  left(): void {
    this.#resolve(undefined)
  }

  async ask(path: string): Promise<string | undefined> {
    const late = sleep(this.#isAsked ? PATIENCE : FIRST_PATIENCE).then(() => undefined)
    this.#isAsked = true
    const pid = await Promise.race([this.#up, late])
    if (pid === undefined) return undefined
    return Promise.race([this.#answer(pid, path), sleep(PATIENCE).then(() => undefined)])
  }

  /**
   * A question that is not answered in time stays open: whoever does not give the loop back is not asked without end. So it is asked by a
   * process of its own, which does not end with the look.
   */
  async #answer(pid: Pid, path: string): Promise<string | undefined> {
    if (this.#open >= MOST_OPEN) return undefined
    this.#open++
    try {
      const answer = await this.kernel.run(() => call(pid, path, { timeout: Number.POSITIVE_INFINITY }))
      return typeof answer === 'string' ? answer : undefined
    } catch (error) {
      // It has ended.
      if (HeartwoodError.is(error)) return undefined
      throw error
    } finally {
      this.#open--
    }
  }
}
