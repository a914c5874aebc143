/** Kernel scenarios on Heartwood; the twin of `erlang/beam_kernel.erl`. */
import {
  currentKernel,
  DownMessage,
  ExitMessage,
  isDown,
  Kernel,
  monitor,
  Pid,
  processInfo,
  type Reference,
  type RemoteName,
  receive,
  self,
  send,
  spawn,
  VirtualClock,
} from '../../src/kernel/index.js'
import { spelled } from './canon.js'
import { Cast, Mail } from './cast.js'
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
    const described = (message: unknown) => this.#described(message).join(':')
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
      const state = this.#state(name)
      if (state === this.#shown.get(name)) continue
      this.#shown.set(name, state)
      lines.push(`${name} ${state}`)
    }
    return lines
  }

  #state(name: string): string {
    const reason = this.#dead.get(name)
    if (reason !== undefined) return `dead ${reason}`
    const info = processInfo(this.#cast.pid(name))
    if (info === undefined) return 'dead unnoticed'
    const driver = self()
    const parts = [
      ...(info.trapExit ? ['trap'] : []),
      ...listed(
        'links',
        info.links.map((pid) => this.#cast.nameOf(pid)),
      ),
      ...listed(
        'mons',
        info.monitors.map((object) => this.#object(object)),
      ),
      ...listed(
        'by',
        info.monitoredBy.filter((pid) => pid !== driver).map((pid) => this.#cast.nameOf(pid)),
      ),
      ...(info.registeredName === undefined ? [] : [`name=${info.registeredName}`]),
      ...mailbox(info.messages.map((message) => this.#described(message))),
    ]
    return parts.length === 0 ? '-' : parts.join(' ')
  }

  #object(object: Pid | RemoteName): string {
    return object instanceof Pid ? this.#cast.nameOf(object) : `@${object.name}`
  }

  /** The sender of a message, and its text. */
  #described(message: unknown): [string, string] {
    if (message instanceof Mail) return [message.from, `msg(${message.tag})`]
    if (message instanceof ExitMessage)
      return [this.#cast.nameOf(message.from), `exit(${spelled(message.reason)})`]
    if (!(message instanceof DownMessage)) throw new TypeError(`an actor got ${message}`)
    const ref = this.#cast.nameOf(message.ref)
    const { object, tag, reason } = message
    const from = object instanceof Pid ? this.#cast.nameOf(object) : this.#cast.watchedBy(ref)
    return [from, `${tag === 'DOWN' ? 'down' : tag}(${ref},${this.#object(object)},${spelled(reason)})`]
  }
}

function listed(what: string, names: string[]): string[] {
  return names.length === 0 ? [] : [`${what}=[${names.sort().join(',')}]`]
}

/** One queue a sender: the order within it is promised, the order between senders is not. */
function mailbox(messages: readonly [string, string][]): string[] {
  if (messages.length === 0) return []
  const queues = [...bySender(messages)].sort(([a], [b]) => (a < b ? -1 : 1))
  return [`mbox={${queues.map(([from, texts]) => `${from}:${texts.join(',')}`).join(' ')}}`]
}

function bySender(messages: readonly [string, string][]): Map<string, string[]> {
  const queues = new Map<string, string[]>()
  for (const [from, text] of messages) {
    const queue = queues.get(from)
    if (queue === undefined) queues.set(from, [text])
    else queue.push(text)
  }
  return queues
}
