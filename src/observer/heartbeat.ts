/** What the streams are told of regularly, while there is anyone to tell. */
import { isAlive, type Kernel, type Pid, sleep } from '../kernel/index.js'
import type { Feed } from './event-streams.js'
import type { Views } from './observed-kernel.js'

/** Milliseconds between looks whether the tree has changed. */
const BEAT = 250
/** Beats between vitals. */
const VITALS = 4
/** Beats between sweeps. */
const SWEEP = 40

/**
 * A process that beats while somebody listens. That the tree changed it sees by two counts that the kernel has anyway:
 * how many processes there ever were, and how many there are.
 */
export class Heartbeat {
  #pid: Pid | undefined
  #beats = 0
  #spawned = 0
  #processes = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly views: Views,
    private readonly feed: Feed,
    private readonly sweep: () => void,
  ) {}

  start(): void {
    if (this.#pid !== undefined && isAlive(this.#pid)) return
    this.#pid = this.kernel.spawn(
      async () => {
        this.#spawned = this.kernel.spawned
        this.#processes = this.kernel.processCount
        this.views.lag.read()
        for (;;) {
          const due = this.kernel.clock.now() + BEAT
          await sleep(BEAT)
          this.views.lag.late(this.kernel.clock.now() - due)
          this.#beat()
        }
      },
      { label: 'observer heartbeat' },
    )
  }

  /** Somebody does not listen any more. */
  left(): void {
    if (this.feed.size === 0) this.stop()
  }

  stop(): void {
    this.views.lag.stop()
    this.sweep()
    if (this.#pid !== undefined && isAlive(this.#pid)) this.kernel.exit(this.#pid, 'kill')
    this.#pid = undefined
  }

  #beat(): void {
    this.#beats++
    const { spawned, processCount } = this.kernel
    if (spawned !== this.#spawned || processCount !== this.#processes) {
      const started = spawned - this.#spawned
      const exited = started - (processCount - this.#processes)
      this.#spawned = spawned
      this.#processes = processCount
      this.feed.tell('tree', { spawned: started, exited, processes: processCount })
    }
    if (this.#beats % VITALS === 0) this.feed.tell('vitals', this.views.vitals())
    if (this.#beats % SWEEP === 0) this.sweep()
  }
}
