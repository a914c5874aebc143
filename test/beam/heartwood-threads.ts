/** Kernel scenarios on Heartwood with the actors spread over two threads; the twin of `heartwood-kernel.ts`. */
import type { Ref } from '../../src/genserver/index.js'
import { startIsolated } from '../../src/isolation/index.js'
import { isDown, Kernel, monitor, type Reference, receive, self, send } from '../../src/kernel/index.js'
import { ActorHost, Actors, type Known, Order } from './actor-host.js'
import { spelled } from './canon.js'
import { elsewhereOf } from './placement.js'
import type { Act, KernelOp, KernelScenario, Trace } from './scenario.js'

/** Plays scenarios one after the other with one other thread. */
export class TwoThreads {
  readonly #kernel = new Kernel({ node: 'beam', report: () => {} })
  #host: Promise<Ref<ActorHost>> | undefined

  run(scenario: KernelScenario): Promise<Trace> {
    return this.#kernel.run(async () => {
      this.#host ??= this.#start()
      const stage = new Stage(this.#kernel, await this.#host, scenario)
      return stage.play(scenario.ops)
    })
  }

  /** Of a process of its own, which stays. */
  #start(): Promise<Ref<ActorHost>> {
    return new Promise((resolve, reject) => {
      this.#kernel.spawn(async () => {
        try {
          resolve(await startIsolated(ActorHost, undefined, { isolate: 'thread' }))
        } catch (error) {
          reject(error)
        }
        await receive(() => false)
      })
    })
  }
}

/** One scenario, whose actors are here and with that host. */
export class Stage {
  readonly #here: Actors
  readonly #driver = self()
  readonly #deaths = new Map<Reference, string>()
  readonly #dead = new Map<string, string>()
  readonly #shown = new Map<string, string>()
  readonly #elsewhere: ReadonlySet<string>

  constructor(
    private readonly kernel: Kernel,
    private readonly host: Ref<ActorHost>,
    private readonly scenario: KernelScenario,
    /** What actors elsewhere are told to do, as they understand it. */
    private readonly orderOf = (_by: string, acts: readonly Act[], known: Known): unknown =>
      new Order(acts, known),
  ) {
    this.#elsewhere = elsewhereOf(scenario)
    this.#here = new Actors(kernel.node)
  }

  async play(ops: readonly KernelOp[]): Promise<Trace> {
    const gone = this.scenario.procs.filter((name) => this.#elsewhere.has(name))
    const pids = await this.host.call.begin(gone, this.kernel.node, this.#driver)
    this.#here.hidden.add(this.#driver).add(this.host.pid as never)
    for (const [at, name] of gone.entries()) this.#here.cast.pids.set(name, pids[at] as never)
    for (const name of this.scenario.procs) if (!this.#elsewhere.has(name)) this.#here.begin(name)
    for (const name of this.scenario.procs) this.#adopt(name)
    await this.#settled()
    const trace: Trace = []
    for (const [index, op] of ops.entries()) {
      const results = await this.#step(op)
      trace.push(`#${index} ${results.join(' ')}`, ...(await this.#changes()))
    }
    this.#here.end()
    return trace
  }

  async #step(op: KernelOp): Promise<string[]> {
    const acts = op.op === 'batch' ? op.ops : [op]
    const pid = this.#here.cast.pids.get(op.by)
    if (pid === undefined || this.#dead.has(op.by)) return acts.map(() => 'skip')
    const isElsewhere = this.#isElsewhere(op.by)
    const { known: before } = this.#here
    send(pid, isElsewhere ? this.orderOf(op.by, acts, before) : new Order(acts, before))
    await this.#settled()
    const { results, known } = isElsewhere ? await this.host.call.outcome() : this.#here
    this.#here.learn(known)
    for (const name of this.#here.cast.pids.keys()) if (!this.#shown.has(name)) this.#adopt(name)
    await this.#settled()
    await this.#bury()
    return acts.map((_, index) => results[index] ?? '-')
  }

  /** What one thread does may have the other do something, and so on: at most once for each actor. */
  async #settled(): Promise<void> {
    for (let round = this.#here.cast.pids.size + 2; round > 0; round--) {
      await this.kernel.settled()
      await this.host.call.settle(this.#here.known)
    }
    await this.kernel.settled()
  }

  #adopt(name: string): void {
    const pid = this.#here.cast.pid(name)
    this.#deaths.set(monitor(pid), name)
    this.#shown.set(name, '-')
  }

  async #bury(): Promise<void> {
    const isOurs = (message: unknown) => isDown(message) && this.#deaths.has(message.ref)
    for (;;) {
      const down = await receive(isOurs, { timeout: 0 })
      if (!isDown(down)) return
      this.#dead.set(this.#deaths.get(down.ref) ?? '', spelled(down.reason))
    }
  }

  async #changes(): Promise<string[]> {
    const lines: string[] = []
    for (const name of [...this.#shown.keys()].sort()) {
      const state = await this.#state(name)
      if (state === this.#shown.get(name)) continue
      this.#shown.set(name, state)
      lines.push(`${name} ${state}`)
    }
    return lines
  }

  #isElsewhere(name: string): boolean {
    return this.#here.cast.pid(name).node !== this.kernel.node
  }

  async #state(name: string): Promise<string> {
    const reason = this.#dead.get(name)
    if (reason !== undefined) return `dead ${reason}`
    return this.#isElsewhere(name) ? this.host.call.state(name) : this.#here.states.of(name)
  }
}
