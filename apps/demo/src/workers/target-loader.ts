import {
  Call,
  type ContinueWith,
  child,
  continueWith,
  countChildren,
  currentKernel,
  GenServer,
  Info,
  inject,
  self,
  sendAfter,
  startChild,
  terminateChild,
  whereis,
} from 'heartwood'
import { Ownerships } from '../ownerships.js'
import { SETTINGS, type Settings } from '../settings.js'
import { fingerprint, type Target } from '../target.js'
import type { WatchList } from '../watch-list.js'
import { Checker } from './checker.js'
import { Faults } from './faults.js'
import { HeartbeatWatcher } from './heartbeat-watcher.js'
import { CHECKERS, checkerName, TARGET_LOADER } from './names.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** So many first checks may be made at the same time. */
const AT_ONCE = 50
/** How often the list is read again, in ms. */
const READ_EVERY = 10_000

const READ = 'read'

/**
 * Starts a checker for each target, or who waits for its heartbeats; reads the list again from time to time, and starts and
 * ends what has come, gone or changed. A list that is wrong then changes nothing: it is said once, and the old one holds.
 */
@GenServer({ name: TARGET_LOADER })
export class TargetLoader extends Worker {
  #complaint: string | undefined

  constructor(
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init(): ContinueWith {
    this.begin(TARGET_LOADER)
    if (this.settings.reload !== undefined) sendAfter(READ_EVERY, self(), READ)
    return continueWith('start checkers')
  }

  async handleContinue(): Promise<void> {
    await this.#recall()
    await this.#bringAbout()
  }

  /** What an earlier incarnation has started is there already, also when it died half way. */
  async #recall(): Promise<void> {
    const { checked, underway } = this.watched
    const { specs } = await countChildren(CHECKERS)
    if (specs === 0) checked.clear()
    else if (underway !== undefined && specs > checked.size) checked.set(underway.name, underway)
    else if (underway !== undefined && specs < checked.size) checked.delete(underway.name)
    this.watched.underway = undefined
  }

  /** Ends what is not on the list any more, or not as it was, and starts what is not there yet. */
  async #bringAbout(): Promise<void> {
    const { list, checked } = this.watched
    const own = list.filter(({ name }) => this.ownerships.owns(name))
    const wanted = new Map(own.map((target) => [target.name, target]))
    for (const [name, target] of checked) {
      const next = wanted.get(name)
      if (next === target) continue
      if (next === undefined || fingerprint(next) !== fingerprint(target)) await this.#end(target)
      // One that comes back later is waited for anew.
      if (next === undefined) this.watched.waitedFor.delete(name)
    }
    for (const [place, target] of list.entries()) {
      if (wanted.has(target.name) && !checked.has(target.name)) await this.#begin(target, place)
    }
  }

  /** The target has become this Pulse's, or is not any more. Resolves when its checks are begun, or have ended. */
  @Call()
  async follow(name: string): Promise<void> {
    const { list, checked } = this.watched
    const known = checked.get(name)
    if (this.ownerships.owns(name)) {
      const place = list.findIndex((target) => target.name === name)
      const target = list[place]
      if (target !== undefined && known === undefined) await this.#begin(target, place)
    } else if (known !== undefined) {
      await this.#end(known)
      this.watched.waitedFor.delete(name)
    }
  }

  async #end(target: Target): Promise<void> {
    const pid = whereis(checkerName(target.name))
    // Between two lives it cannot be ended; it will be after the next reading.
    if (pid === undefined) return
    this.watched.underway = target
    await terminateChild(CHECKERS, pid)
    this.watched.checked.delete(target.name)
    this.watched.underway = undefined
  }

  async #begin(target: Target, place: number): Promise<void> {
    this.watched.underway = target
    await startChild(
      CHECKERS,
      target.kind === 'push'
        ? child(HeartbeatWatcher, target)
        : child(Checker, { target, after: this.#offset(target, place) }),
    )
    this.watched.checked.set(target.name, target)
    this.watched.underway = undefined
  }

  @Info(READ)
  protected async onRead(): Promise<void> {
    sendAfter(READ_EVERY, self(), READ)
    try {
      const list = await this.settings.reload?.()
      if (list !== undefined) this.#take(list)
    } catch (error) {
      const complaint = error instanceof Error ? error.message : String(error)
      if (complaint !== this.#complaint) {
        this.#say('error', `the list of targets cannot be used; the one before holds: ${complaint}`)
      }
      this.#complaint = complaint
    }
    await this.#bringAbout()
  }

  #take({ targets, maintenance }: WatchList): void {
    this.watched.list = targets
    this.watched.windows = maintenance
    if (this.#complaint !== undefined) this.#say('info', 'the list of targets is well again')
    this.#complaint = undefined
  }

  #say(level: 'info' | 'error', message: string): void {
    currentKernel().report({ level, kind: 'targets', message, pid: self(), name: TARGET_LOADER })
  }

  /**
   * Few are checked at once. Of many, each has its place in the interval, and keeps it: so do its later checks, and those
   * of a checker that was restarted.
   */
  #offset({ interval }: Target, place: number): number {
    const count = this.watched.list.length
    if (count <= AT_ONCE) return 0
    return Math.floor((interval * place) / count)
  }
}
