import { currentKernel, GenServer, Info, inject, processSignal, ref, self, sendAfter, Task } from 'heartwood'
import type { CertificateLook } from '../certificate.js'
import type { CertifiedTarget } from '../target.js'
import { isCertified } from '../target.js'
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

/** Looks at the TLS certificates of all targets that have one, some at a time, and publishes when they end. */
@GenServer({ name: CERTIFICATE_WATCHER })
export class CertificateWatcher extends Worker {
  constructor(
    @inject(CERTIFICATES) private readonly look: CertificateLook,
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init(): void {
    this.begin(CERTIFICATE_WATCHER)
    sendAfter(FIRST_LOOK, self(), LOOK)
  }

  @Info(LOOK)
  protected async onLook(): Promise<void> {
    sendAfter(LOOK_EVERY, self(), LOOK)
    const looks = Task.asyncStream(this.watched.list.filter(isCertified), (target) => this.#lookAt(target), {
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
