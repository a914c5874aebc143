import {
  Cast,
  currentKernel,
  GenServer,
  Info,
  inject,
  processSignal,
  ref,
  self,
  sendAfter,
  Task,
} from 'heartwood'
import type { CertificateLook } from '../certificate.js'
import { Ownerships } from '../ownerships.js'
import { type CertifiedTarget, isCertified, type Target } from '../target.js'
import { Faults } from './faults.js'
import { CERTIFICATE_WATCHER } from './names.js'
import { PubSub } from './pub-sub.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** The injection token of the {@link CertificateLook}. */
export const CERTIFICATES = Symbol('pulse.certificates')

/** How often certificates are looked at, in ms, and how soon first: the first checks have the network to themselves. */
const LOOK_EVERY = 6 * 3_600_000
const FIRST_LOOK = 5_000
/** So many connections at a time, each for so long, in ms. */
const AT_A_TIME = 10
const PATIENCE = 10_000

const LOOK = 'look'
const LOOK_AT_TAKEN = 'look at those taken'

/** Looks at the TLS certificates of all targets that have one, some at a time, and publishes when they end. */
@GenServer({ name: CERTIFICATE_WATCHER })
export class CertificateWatcher extends Worker {
  readonly #taken = new Set<string>()

  constructor(
    @inject(CERTIFICATES) private readonly look: CertificateLook,
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init(): void {
    this.begin(CERTIFICATE_WATCHER)
    sendAfter(FIRST_LOOK, self(), LOOK)
  }

  /** From now on this Pulse checks the target. */
  @Cast()
  taken(target: string): void {
    if (this.#taken.size === 0) sendAfter(FIRST_LOOK, self(), LOOK_AT_TAKEN)
    this.#taken.add(target)
  }

  @Info(LOOK_AT_TAKEN)
  protected async onLookAtTaken(): Promise<void> {
    const taken = new Set(this.#taken)
    this.#taken.clear()
    await this.#lookAtAll(this.watched.list.filter(({ name }) => taken.has(name)))
  }

  @Info(LOOK)
  protected async onLook(): Promise<void> {
    sendAfter(LOOK_EVERY, self(), LOOK)
    await this.#lookAtAll(this.watched.list)
  }

  async #lookAtAll(targets: readonly Target[]): Promise<void> {
    const owned = targets.filter(({ name }) => this.ownerships.mayAct(name))
    const looks = Task.asyncStream(owned.filter(isCertified), (target) => this.#lookAt(target), {
      maxConcurrency: AT_A_TIME,
      timeout: PATIENCE,
      onTimeout: 'kill_task',
      ordered: false,
      zipInputOnExit: true,
    })
    for await (const look of looks) {
      // That a target cannot be reached is what its checks say, again and again: this is for who looks closer.
      if ('exit' in look) debug(look.input.name, look.exit)
    }
  }

  async #lookAt(target: CertifiedTarget): Promise<void> {
    const { clock } = currentKernel()
    let validTo: number
    try {
      validTo = await this.look(target.url, processSignal())
    } catch (error) {
      debug(target.name, error)
      return
    }
    const seen = { target: target.name, validTo, at: clock.wallTime() }
    ref(PubSub).cast.publish({ kind: 'certificate', seen, days: target.certificateDays })
  }
}

function debug(target: string, error: unknown): void {
  const message = `the certificate of ${target} could not be looked at`
  currentKernel().report({
    level: 'debug',
    kind: 'certificate',
    message,
    pid: self(),
    name: CERTIFICATE_WATCHER,
    error,
  })
}
