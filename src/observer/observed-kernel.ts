/** All that is to be seen of one kernel, with what is kept from look to look. */
import type { SystemHealth } from '../application/index.js'
import type { LiveSettings } from '../config/index.js'
import type { Kernel } from '../kernel/index.js'
import type { Logger } from '../logging/index.js'
import { IsolateObservers } from './isolated/isolate-observers.js'
import { HandlerTimes } from './snapshot/handler-times.js'
import { KnownProcesses } from './snapshot/known-processes.js'
import { Rates } from './snapshot/message-rates.js'
import { Asking } from './snapshot/process-detail.js'
import { Listings } from './snapshot/process-list-pages.js'
import { LagMeter, type Vitals, vitalsOf } from './snapshot/program-vitals.js'
import { ChildKeys } from './snapshot/supervision-tree.js'
import type { Timeline } from './timeline.js'

/** What the observer tells of itself and the program. */
export interface Overview extends Vitals {
  readonly node: string
  readonly osPid: number
  /** Seconds that the program has been running. */
  readonly uptime: number
  readonly names: number
  readonly strayFailures: number
  /** Whether anybody can change anything. */
  readonly actions: boolean
  readonly reading: 'open' | 'token'
  readonly logLevel: string | null
}

/** The system that the observer belongs to, as far as there is one. */
export interface ObservedSystem {
  readonly health: SystemHealth | undefined
  readonly settings: LiveSettings | undefined
}

export class Views {
  readonly rates: Rates
  readonly times: HandlerTimes
  readonly listings: Listings
  readonly landmarks: KnownProcesses
  readonly keys = new ChildKeys()
  readonly asking: Asking
  readonly lag = new LagMeter()
  readonly isolateObservers: IsolateObservers

  constructor(
    readonly kernel: Kernel,
    readonly timeline: Timeline,
    private readonly access: Pick<Overview, 'actions' | 'reading'>,
    private readonly logger: Logger | undefined,
    readonly system: ObservedSystem,
  ) {
    this.rates = new Rates(kernel)
    this.times = new HandlerTimes(kernel)
    this.listings = new Listings(kernel, this)
    this.landmarks = new KnownProcesses(kernel)
    this.asking = new Asking(kernel)
    this.isolateObservers = new IsolateObservers(kernel)
  }

  vitals(): Vitals {
    return vitalsOf(this.kernel, this.lag.read())
  }

  /** The lag in it is what the stream measured last, so that one who asks does not spoil it for the others. */
  overview(lag: Vitals['lag'] = null): Overview {
    const { kernel } = this
    return {
      ...vitalsOf(kernel, lag),
      node: process.version,
      osPid: process.pid,
      uptime: Math.round(process.uptime()),
      names: kernel.registered().length,
      strayFailures: kernel.strayFailures,
      ...this.access,
      logLevel: this.logger?.level ?? null,
    }
  }

  sweep(): void {
    this.rates.sweep()
    this.times.sweep()
    this.listings.sweep()
    this.asking.sweep()
  }
}
