import { MemoryLink, type MemoryLinkOptions } from 'heartwood/carrier'
import { Kernel, type KernelOptions, type Pid, type Report, VirtualClock } from '../../src/kernel/index.js'

/** Two kernels of one program, joined by a carrier in memory. Time stands still in both. */
export class TwoKernels {
  readonly clock = new VirtualClock()
  readonly reports: Report[] = []
  readonly a: Kernel
  b: Kernel
  link: MemoryLink

  constructor(options: MemoryLinkOptions = {}) {
    this.a = this.#kernel({ node: 'a', creation: 1 })
    this.b = this.#kernel({ node: 'b', creation: 1 })
    this.link = new MemoryLink(this.a, this.b, options)
  }

  #kernel(options: KernelOptions): Kernel {
    return new Kernel({ clock: this.clock, report: (it) => this.reports.push(it), ...options })
  }

  /** A process of `b` as `a` knows it. */
  inA(pid: Pid): Pid {
    return this.a.withNodes().pidAt(this.b.withNodes().addressOf(pid))
  }

  inB(pid: Pid): Pid {
    return this.b.withNodes().pidAt(this.a.withNodes().addressOf(pid))
  }

  /** Until nothing is left to do in either. */
  async settled(): Promise<void> {
    do {
      await this.a.settled()
      await this.b.settled()
    } while (!this.a.scheduler.idle || !this.b.scheduler.idle)
  }

  /** Joined again; `b` is the same. */
  rejoin(): void {
    this.link = new MemoryLink(this.a, this.b)
  }

  /** Another kernel has the name of `b` from now on. */
  restartB(): void {
    this.b = this.#kernel({ node: 'b', creation: this.b.creation + 1 })
    this.rejoin()
  }
}
