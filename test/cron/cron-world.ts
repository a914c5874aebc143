import { type Cluster, local, startCluster } from '../../src/cluster/index.js'
import { type Alarm, type Clock, Kernel, type Report, VirtualClock } from '../../src/kernel/index.js'
import { FaultyWay } from '../cluster/faulty-engine.js'
import { NodeClock } from '../cluster/node-clock.js'

/** The clock of a node whose wall time can be set, as an operator or a time server does. */
export class SetClock extends NodeClock implements Clock {
  ahead = 0

  override wallTime(): number {
    return super.wallTime() + this.ahead
  }

  override setAlarm(alarm: Alarm, at: number): void {
    super.setAlarm(alarm, at)
  }
}

export interface CronNode {
  readonly kernel: Kernel
  readonly clock: SetClock
  readonly reports: Report[]
  readonly way: FaultyWay
  /** Undefined for a program in no cluster. */
  readonly cluster: Cluster | undefined
  /** As SIGKILL: nothing of it happens any more. */
  kill(): void
}

/** Programs with one virtual time. */
export class CronWorld {
  readonly clock: VirtualClock
  readonly #engine = local()
  readonly #nodes: CronNode[] = []

  constructor(start: string) {
    this.clock = new VirtualClock(Date.parse(start))
  }

  async node(name: string, { alone = false } = {}): Promise<CronNode> {
    const clock = new SetClock(this.clock)
    const reports: Report[] = []
    const kernel = new Kernel({ clock, random: () => 0.5, node: name, report: (it) => reports.push(it) })
    const way = new FaultyWay()
    const engine = way.to(this.#engine)
    const cluster = alone ? undefined : await kernel.run(() => startCluster({ engine, development: true }))
    const kill = (): void => {
      clock.freeze()
      way.freeze()
    }
    const node = { kernel, clock, reports, way, cluster, kill }
    this.#nodes.push(node)
    return node
  }

  /** Time goes by; what waits for nothing but promises is done. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms)
  }

  async passTo(time: string): Promise<void> {
    await this.pass(Date.parse(time) - this.clock.wallTime())
  }
}

/** What was told of schedules. */
export function toldOf(...nodes: readonly CronNode[]): string[] {
  return nodes.flatMap(({ reports }) =>
    reports.filter(({ kind }) => kind === 'cron').map(({ message }) => message),
  )
}
