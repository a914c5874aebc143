/** Kernel scenarios on Heartwood; the twin of `erlang/beam_kernel.erl`. */
import {
  currentKernel,
  isDown,
  Kernel,
  monitor,
  type Reference,
  receive,
  self,
  send,
  spawn,
  VirtualClock,
} from '../../src/kernel/index.js'
import { ActorStates } from './actor-state.js'
import { spelled } from './canon.js'
import { Cast } from './cast.js'
import { Performer, RETURNED } from './heartwood-acts.js'
import type { Act, KernelOp, KernelScenario, Trace } from './scenario.js'

/** Runs one scenario in a kernel of its own. */
export function runKernel(scenario: KernelScenario): Promise<Trace> {
  const kernel = new Kernel({ clock: new VirtualClock(), report: () => {} })
  return kernel.run(() => new Stage(scenario.procs).play(scenario.ops))
}

/** What an actor is told to do; it notes the results here as it goes. */
class Command {
  readonly results: string[] = []
  constructor(readonly acts: readonly Act[]) {}
}

/** The actors of a scenario, and the driver that tells them what to do and looks at them. */
class Stage {
  readonly #cast = new Cast()
  readonly #driver = self()
  readonly #states = new ActorStates(this.#cast, (pid) => pid === this.#driver)
  readonly #deaths = new Map<Reference, string>()
  readonly #dead = new Map<string, string>()
  readonly #shown = new Map<string, string>()

  constructor(names: readonly string[]) {
    for (const name of names) {
      this.#cast.pids.set(
        name,
        spawn(() => this.#obey(name)),
      )
      this.#adopt(name)
    }
  }

  async play(ops: readonly KernelOp[]): Promise<Trace> {
    await currentKernel().settled()
    const trace: Trace = []
    for (const [index, op] of ops.entries()) {
      const results = await this.#step(op)
      trace.push(`#${index} ${results.join(' ')}`, ...this.#changes())
    }
    return trace
  }

  async #step(op: KernelOp): Promise<string[]> {
    const acts = op.op === 'batch' ? op.ops : [op]
    const pid = this.#cast.pids.get(op.by)
    if (pid === undefined || this.#dead.has(op.by)) return acts.map(() => 'skip')
    const command = new Command(acts)
    send(pid, command)
    await currentKernel().settled()
    for (const name of this.#cast.pids.keys()) if (!this.#shown.has(name)) this.#adopt(name)
    await this.#bury()
    return acts.map((_, index) => command.results[index] ?? '-')
  }

  #adopt(name: string): void {
    this.#deaths.set(monitor(this.#cast.pid(name)), name)
    this.#shown.set(name, '-')
  }

  async #bury(): Promise<void> {
    for (;;) {
      const down = await receive(isDown, { timeout: 0 })
      if (down === undefined) return
      const name = this.#deaths.get(down.ref)
      if (name !== undefined) this.#dead.set(name, spelled(down.reason))
    }
  }

  // ---- the actor

  async #obey(name: string): Promise<void> {
    const described = (message: unknown) => this.#states.described(message).join(':')
    const performer = new Performer(name, this.#cast, (other) => () => this.#obey(other), described)
    for (;;) {
      const command = await receive((message: unknown): message is Command => message instanceof Command)
      for (const act of command.acts) {
        const result = await performer.perform(act)
        if (result === RETURNED) return
        command.results.push(result)
      }
    }
  }

  // ---- what is shown

  #changes(): string[] {
    const lines: string[] = []
    for (const name of [...this.#shown.keys()].sort()) {
      const reason = this.#dead.get(name)
      const state = reason === undefined ? this.#states.of(name) : `dead ${reason}`
      if (state === this.#shown.get(name)) continue
      this.#shown.set(name, state)
      lines.push(`${name} ${state}`)
    }
    return lines
  }
}
