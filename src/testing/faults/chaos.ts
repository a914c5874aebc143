import type { Addressed } from '../../genserver/index.js'
import { Pid } from '../../kernel/index.js'
import { seeded } from '../seeded-random.js'
import { Aim, type Target } from '../test-target.js'
import type { VirtualTimers } from '../time/virtual-timer-queue.js'
import type { WatchedKernel } from '../watched-kernel.js'
import type { Fault } from './fault-ledger.js'
import { checkFault, demand } from './fault-options.js'
import { InjectedFault } from './injected-fault.js'
import type { Point, ProcessFaultOptions } from './process-fault.js'

/**
 * How the monkey ends a process: by a throw, by a kill, by a throw in the handler of its next message, in its next
 * init (and it crashes now, so that there is one), or in its terminate (and it is told to stop).
 */
export type ChaosWay = 'crash' | 'kill' | 'message' | 'init' | 'terminate'

const WAYS: readonly ChaosWay[] = ['crash', 'kill', 'message', 'init', 'terminate']

/** The options of a chaos monkey. */
export interface ChaosOptions {
  /** Only processes below this one are crashed. Default: every supervised process. */
  readonly under?: Target
  /** A whole number that decides the processes, times and ways. */
  readonly seed: number
  /** The average number of faults in a minute of virtual time. */
  readonly rate: number
  /** The highest number of faults, at least 1. Default `Infinity`. */
  readonly budget?: number
  /** The ways to use, at least one. Default: all. */
  readonly ways?: readonly ChaosWay[]
  /** Whether supervisors are crashed, too. Default false. */
  readonly supervisors?: boolean
  /** The processes that are never crashed. */
  readonly spare?: readonly Target[]
  /** Whether the test passes if no fault strikes. Default false. */
  readonly allowUnstruck?: boolean
}

const CHAOS_OPTIONS: readonly (keyof ChaosOptions)[] = [
  ...(['under', 'seed', 'rate', 'budget', 'ways', 'supervisors', 'spare', 'allowUnstruck'] as const),
]

/** A fault that waits for a process. */
interface Ambush {
  readonly pid: Pid
  readonly fault: Disposable
  /** Whether it counts only when it strikes. */
  readonly isBlow: boolean
}

/** One strike of the monkey. */
export interface Mischief {
  readonly at: number
  readonly pid: Pid
  readonly name: string
  readonly way: ChaosWay
}

/** The faults that the monkey strikes with. */
interface WaysToEnd {
  readonly timers: VirtualTimers
  crash(pid: Pid, error: unknown): void
  kill(pid: Pid): void
  stop(pid: Pid): void
  lies(target: Target, options: ProcessFaultOptions): Disposable
}

/** The kernel whose processes the monkey ends. */
interface ChaosKernel extends WatchedKernel {
  readonly faults: WaysToEnd
}

/** A chaos monkey: crashes random processes of the tree, at times that a seed decides. */
export class Chaos implements Fault {
  /** The faults that struck, in order. */
  readonly log: Mischief[] = []
  readonly #kernel: ChaosKernel
  readonly #options: Required<Omit<ChaosOptions, 'under' | 'spare' | 'allowUnstruck'>>
  readonly #random: () => number
  readonly #under: Aim | undefined
  readonly #spare: readonly Aim[]
  readonly #ended: () => void
  #ambushes: readonly Ambush[] = []
  #cancel: (() => void) | undefined
  #over = false

  /**
   * @param ended called when the monkey is removed
   * @throws TEST_OPTION_INVALID, TEST_TARGET_UNKNOWN, BAD_OPTION
   */
  constructor(kernel: ChaosKernel, options: ChaosOptions, ended: () => void) {
    checkFault('chaos', options, CHAOS_OPTIONS)
    const { under, spare = [], budget = Number.POSITIVE_INFINITY, ways = WAYS, supervisors = false } = options
    const { seed, rate } = options
    const areWays = Array.isArray(ways) && ways.length > 0 && ways.every((way) => WAYS.includes(way))
    demand(areWays, 'chaos', 'ways', ways, `a list of at least one of ${WAYS.join(', ')}`)
    this.#kernel = kernel
    this.#ended = ended
    this.#options = { seed, rate, budget, ways, supervisors }
    this.#random = seeded(seed)
    this.#under = under === undefined ? undefined : new Aim(kernel, under, 'chaos')
    this.#spare = spare.map((each) => new Aim(kernel, each, 'chaos'))
    this.#next()
  }

  get struck(): number {
    return this.log.length
  }

  /** The reason why it did not strike, in words. */
  get why(): string {
    if (this.#under !== undefined && !this.#under.known)
      return `there never was such a process (${this.#under})`
    return this.#ambushes.length > 0 ? 'what it lay in wait for never came' : 'it met nobody in its time'
  }

  remove(): void {
    this.#over = true
    this.#cancel?.()
    this.#cancel = undefined
    for (const { fault } of this.#ambushes) fault[Symbol.dispose]()
    this.#ambushes = []
    this.#ended()
  }

  /** Called at the end of each process: a fault that waits for it never strikes, and another process may be hit instead. */
  exits(pid: Pid): void {
    const missed = this.#ambushes.filter((each) => each.isBlow && each.pid === pid)
    if (missed.length === 0) return
    this.#drop((each) => missed.includes(each))
    if (this.#cancel === undefined) this.#next()
  }

  #drop(isOver: (ambush: Ambush) => boolean): void {
    for (const ambush of this.#ambushes) if (isOver(ambush)) ambush.fault[Symbol.dispose]()
    this.#ambushes = this.#ambushes.filter((each) => !isOver(each))
  }

  #next(): void {
    this.#cancel = undefined
    const waiting = this.#ambushes.filter(({ isBlow }) => isBlow).length
    if (this.#over || this.struck + waiting >= this.#options.budget) return
    const wait = (-Math.log(1 - this.#random()) / this.#options.rate) * 60_000
    this.#cancel = this.#kernel.faults.timers.set(Math.max(1, Math.round(wait)), () => this.#strike())
  }

  #strike(): void {
    const victims = this.#victims()
    const pid = victims[Math.floor(this.#random() * victims.length)]
    const way = this.#options.ways[Math.floor(this.#random() * this.#options.ways.length)]
    // Between the instances of all processes there is none to hit; the next time will do.
    if (pid !== undefined && way !== undefined) {
      this.#hit(pid, way)
    }
    this.#next()
  }

  #hit(pid: Pid, way: ChaosWay): void {
    const { faults } = this.#kernel
    const error = new InjectedFault(`${this.#kernel.trace.nameOf(pid)} by chaos`)
    if (way === 'message') {
      const lies = this.#ambushes.some((each) => each.isBlow && each.pid === pid)
      if (!lies) this.#lie('handler', pid, error, true)
      return
    }
    this.#note(pid, way)
    if (way === 'kill') faults.kill(pid)
    else if (way === 'terminate') {
      this.#lie('terminate', pid, error, false)
      faults.stop(pid)
    } else {
      // A child whose successor is not known by name or place cannot be met again in its init.
      if (way === 'init') this.#lie('init', { target: pid }, error, false)
      faults.crash(pid, error)
    }
  }

  #note(pid: Pid, way: ChaosWay): void {
    this.log.push({ at: this.#kernel.now(), pid, name: this.#kernel.trace.nameOf(pid), way })
  }

  #lie(point: Point, target: Target, error: InjectedFault, isBlow: boolean): void {
    const onStrike = (pid: Pid): void => {
      if (isBlow) this.#note(pid, 'message')
      this.#drop((each) => each === ambush)
    }
    const fault = this.#kernel.faults.lies(target, { point, effect: 'crash', error, onStrike })
    const pid = target instanceof Pid ? target : ((target as Addressed).target as Pid)
    const ambush: Ambush = { pid, fault, isBlow }
    this.#ambushes = [...this.#ambushes, ambush]
  }

  #victims(): readonly Pid[] {
    const { incarnations, trace } = this.#kernel
    const top = this.#under?.pid
    return this.#kernel.processes().filter((pid) => {
      if (!incarnations.isUp(pid) || this.#spare.some((aim) => aim.hits(pid))) return false
      if (!this.#options.supervisors && incarnations.isSupervisor(pid)) return false
      return this.#under === undefined || (top !== undefined && trace.isBelow(pid, top))
    })
  }
}
