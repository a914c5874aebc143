/** Supervision scenarios with the tree spread over two threads: this one, which has its top, and one that stays. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { StructuredCodec } from '../../src/carrier/index.js'
import { PortCarrier } from '../../src/isolation/runtime/port-carrier.js'
import { currentKernel, Kernel, monitor, type Pid, receive, VirtualClock } from '../../src/kernel/index.js'
import type { StartReturn } from '../../src/supervisor/index.js'
import { Grove, noted } from './heartwood-sup.js'
import type { SupScenario, Trace, TreeNode } from './scenario.js'
import { type Elsewhere, TreeLog, type World } from './tree-log.js'
import { awayOf } from './tree-placement.js'
import { HERE, type ThereMessage, type TreeStart } from './tree-thread.js'

const THERE = new URL('./tree-thread.js', import.meta.url)

/** Plays scenarios one after the other with one other thread. */
export class TwoTreeThreads {
  #thread: Worker | undefined

  async run(scenario: SupScenario): Promise<Trace> {
    this.#thread ??= new Worker(THERE)
    const log = new TreeLog()
    const clock = new VirtualClock()
    const kernel = new Kernel({ node: HERE, clock, report: (report) => noted(report, log) })
    const world = new TwoWorlds(this.#thread, kernel, clock, log, awayOf(scenario))
    log.elsewhere = world
    await world.begin()
    try {
      return await kernel.run(() => new Grove(scenario, world, log).play())
    } finally {
      world.end()
    }
  }
}

/** Both threads as one: what is sent from one to the other arrives before they are at rest, and their clocks show the same. */
class TwoWorlds implements World, Elsewhere {
  readonly #codec = new StructuredCodec()
  readonly #carrier: PortCarrier
  #next: number | undefined
  /** Batches that went or came. */
  #traffic = 0
  /** Those who wait for an answer, in the order in which they have asked. */
  readonly #asked: ((next: number | undefined) => void)[] = []

  constructor(
    private readonly thread: Worker,
    private readonly kernel: Kernel,
    private readonly clock: VirtualClock,
    private readonly log: TreeLog,
    private readonly away: ReadonlySet<string>,
  ) {
    const post = (message: unknown): void => {
      this.#traffic++
      thread.postMessage(message)
    }
    this.#carrier = new PortCarrier({ post }, this.#codec)
  }

  async begin(): Promise<void> {
    this.thread.on('message', this.#take)
    this.thread.postMessage(['begin', this.kernel.creation])
    const [[, creation]] = (await once(this.thread, 'message')) as [['begun', number]]
    this.#carrier.connection = this.kernel.connect(this.#carrier, { node: `${HERE}-there`, creation })
  }

  end(): void {
    this.thread.off('message', this.#take)
    this.#carrier.connection.down()
  }

  starts(node: TreeNode): boolean {
    return this.away.has(node.id)
  }

  async start(node: TreeNode, instance: string | undefined): Promise<StartReturn> {
    const started = await this.#carrier.connection.start(
      currentKernel().actor(),
      { node, instance } satisfies TreeStart,
      true,
    )
    return started === 'ignore' ? 'ignore' : started.pid
  }

  async settled(): Promise<void> {
    for (;;) {
      await this.kernel.settled()
      const before = this.#traffic
      this.#next = await this.#ask(['settle'])
      await this.kernel.settled()
      if (this.#traffic === before) return
    }
  }

  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms
    await this.settled()
    for (;;) {
      const due = [this.clock.next, this.#next].filter((at) => at !== undefined)
      const to = Math.min(end, ...due.map((at) => Math.max(at, this.clock.now())))
      await this.clock.advance(to - this.clock.now())
      this.#next = await this.#ask(['advance', to])
      await this.settled()
      if (to >= end && !this.#isDue(end)) return
    }
  }

  #isDue(at: number): boolean {
    return [this.clock.next, this.#next].some((due) => due !== undefined && due <= at)
  }

  #ask(question: readonly unknown[]): Promise<number | undefined> {
    return new Promise((resolve) => {
      this.#asked.push(resolve)
      this.thread.postMessage(question)
    })
  }

  readonly #take = (message: ThereMessage): void => {
    switch (message[0]) {
      case 'signals':
        this.#traffic++
        this.#carrier.receive(message[1], message[2])
        return
      case 'taken':
        this.#carrier.taken(message[1])
        return
      case 'log':
        this.#traffic++
        this.#noteOf(this.#codec.decode(message[1], this.kernel.withNodes()))
        return
      case 'rests':
        this.#asked.shift()?.(message[1])
    }
  }

  #noteOf(said: unknown): void {
    const [what, ...rest] = said as [string, ...(string | Pid)[]]
    if (what === 'entry') this.log.log(...rest)
    else {
      const [instance, pid] = rest as [string, Pid]
      this.log.named(instance, pid)
      // Whether it lives is known here of those that somebody here watches.
      this.kernel.spawn(() => ended(pid))
    }
  }
}

async function ended(pid: Pid): Promise<void> {
  await receive({ ref: monitor(pid) })
}
