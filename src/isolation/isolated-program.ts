import { isMainThread } from 'node:worker_threads'
import { StructuredCodec } from '../carrier/index.js'
import {
  type Behaviour,
  carryNamed,
  crashProcess,
  Deadline,
  isDown,
  Kernel,
  leaveFrame,
  MachineClock,
  monitor,
  nodeImmediate,
  type Pid,
  printed,
  type Report,
  receive,
  setDefaultKernel,
  setLabel,
  sleep,
} from '../kernel/index.js'
import { hold } from './held-listener.js'
import { programsAreBegunBy } from './relayed-program.js'
import type { Assignment, StartRequest } from './runtime/assignment.js'
import { giveSign } from './runtime/heartbeat.js'
import type { IsolateExtensionEntry, IsolateExtensionOrder } from './runtime/isolate-extension.js'
import { PIPE, ProgramChannel, sendHome } from './runtime/last-words.js'
import { pidsAsSeenFrom } from './runtime/pid-text.js'
import { type FaultEffect, type Port, type PortMessage, postTo } from './runtime/port.js'
import { PortCarrier } from './runtime/port-carrier.js'
import type { Surroundings } from './runtime/surroundings.js'

/**
 * Runs the behaviour of a class as the purpose of this thread or program: with a kernel of its own, connected with the kernel that started
 * it.
 */
export function runIsolated(
  make: (args: unknown) => Behaviour,
  assignment: Assignment,
  surroundings: Surroundings | undefined,
): void {
  const program = new IsolatedProgram(make, assignment, surroundings)
  program.run()
}

class IsolatedProgram implements Port {
  readonly #kernel: Kernel
  /** The levels of reports that are used. */
  #levels: readonly string[]
  #server: Pid | undefined
  /** The functions that end the extensions of layers above. */
  readonly #leaving: (() => void)[] = []
  #told: ((news: unknown) => void) | undefined
  /** The news that came before the start. */
  #early: unknown[] = []
  /** The channel of a program. */
  readonly #channel = isMainThread ? new ProgramChannel(sendHome, PIPE) : undefined
  readonly #codec = new StructuredCodec({ memory: !isMainThread })
  readonly #carrier = new PortCarrier(this, new StructuredCodec({ memory: !isMainThread }))

  constructor(
    private readonly make: (args: unknown) => Behaviour,
    private readonly assignment: Assignment,
    private readonly surroundings: Surroundings | undefined,
  ) {
    const { node, levels } = assignment
    this.#levels = levels
    const report = Object.assign((it: Report) => this.#report(it), {
      wants: (level: string) => this.#levels.includes(level),
    })
    this.#kernel = new Kernel({ node, report })
  }

  run(): void {
    const { node, creation } = this.#kernel
    setDefaultKernel(this.#kernel)
    this.#contain()
    this.#carrier.connection = this.#kernel.connect(this.#carrier, this.assignment.host)
    hold('exit', (exitCode: unknown) => {
      // This sends what was sent in the turn that ends it.
      this.#carrier.connection.flush()
      if (this.#channel === undefined) this.post(['leaves', exitCode])
      else this.#channel.end(exitCode)
    })
    this.#kernel.withNodes().startServer = async (request) => {
      const { args, luggage, extensions = [], carry = [], ...rest } = request as StartRequest
      const { levels = this.#levels, ...options } = rest
      this.#levels = levels
      carryNamed(this.#kernel, carry)
      for (const [at, order] of extensions.entries()) await this.#station(at, order)
      if (this.assignment.beatEvery > 0) this.#beat()
      return { behaviour: this.#watched(this.make(args), luggage), options }
    }
    const { port } = this.assignment
    if (port !== undefined) {
      port.on('message', (message: PortMessage) => this.#take(message))
      programsAreBegunBy((message, moves) => this.post(message, moves))
    } else {
      hold('message', (message) => this.#take(message as PortMessage))
      process.channel?.ref()
    }
    this.post(['ready', { node, creation }])
  }

  post(message: PortMessage, moves: readonly object[] = []): void {
    const { port } = this.assignment
    if (port !== undefined) postTo(port, message, moves)
    else this.#channel?.post(message)
  }

  #take(message: PortMessage): void {
    if (message[0] === 'signals') this.#carrier.receive(message[1], message[2])
    else if (message[0] === 'taken') this.#carrier.taken(message[1])
    else if (message[0] === 'effect') {
      this.#suffer(message[1])
      nodeImmediate(() => {
        this.#carrier.connection.flush()
        this.post(['struck'])
      })
    } else if (message[0] === 'station') {
      const order = this.#codec.decode(message[2], this.#kernel.withNodes()) as IsolateExtensionOrder
      void this.#station(message[1], order)
    } else if (message[0] === 'news') {
      this.#levels = message[2] ?? this.#levels
      const news = this.#codec.decode(message[1], this.#kernel.withNodes())
      // It is not held back by a turn, as the order to start is.
      if (this.#told === undefined) this.#early.push(news)
      else this.#told(news)
    }
  }

  /** Carries out a fault of a test, and tells when it is over. */
  #suffer(effect: FaultEffect): void {
    if ('crash' in effect) {
      const error = this.#codec.decode(effect.crash, this.#kernel.withNodes())
      if (this.#server !== undefined) crashProcess(this.#server, error)
      return
    }
    const { clock } = this.#kernel
    const end = 'block' in effect ? clock.now() + effect.block : Number.POSITIVE_INFINITY
    const held: unknown[] = []
    while (clock.now() < end) if ('exhaustHeap' in effect) held.push(new Array(10_000).fill(held.length))
  }

  /** Starts the extension of a layer above. If that fails, the server starts without it. */
  async #station(at: number, { module, entry, luggage }: IsolateExtensionOrder): Promise<void> {
    const say = (news: unknown): void => this.post(['extension', at, this.#encoded(news)])
    try {
      const loaded = (await import(/* @vite-ignore */ module)) as Record<string, IsolateExtensionEntry>
      this.#leaving.push(await (loaded[entry] as IsolateExtensionEntry)(luggage, say))
    } catch (error) {
      const message = `${module} is not there for ${this.assignment.name}, whose server starts without it: ${printed(error)}`
      this.#kernel.report({ level: 'warn', kind: 'isolation', message, error })
    }
  }

  #encoded(value: unknown): unknown {
    return this.#codec.encode(value, this.#kernel.withNodes(), true)
  }

  #say(news: unknown): void {
    this.post(['news', this.#encoded(news)])
  }

  #report(report: Report): void {
    const { host, node } = this.assignment
    const message = pidsAsSeenFrom(report.message, host.node, node)
    this.post(['report', this.#encoded({ ...report, message })])
  }

  /** Contains failures: a failure in a process ends that process; any other ends the whole, as in any program. */
  #contain(): void {
    const failed = (error: unknown): void => {
      this.#carrier.connection.flush()
      this.post(['failed', this.#encoded(error)])
      this.#exit(1)
    }
    hold('uncaughtException', (error) => {
      if (this.#kernel.contain(error)) leaveFrame()
      else failed(error)
    })
    hold('unhandledRejection', (reason, promise) => {
      if (!this.#kernel.contain(reason, promise as Promise<unknown>)) failed(reason)
    })
  }

  /** Watches the server: when it has ended, and its links and monitors have been signalled, there is nothing left to do. */
  #watched(behaviour: Behaviour, luggage: unknown): Behaviour {
    const start = behaviour.start?.bind(behaviour)
    behaviour.start = (kernel, pid, parent) => {
      this.#server = pid
      kernel.spawn(() => this.#leaveAfter(pid))
      const { host, node } = this.assignment
      const shown = (text: string): string => pidsAsSeenFrom(text, host.node, node)
      this.#told = this.surroundings?.enter(luggage, { say: (news) => this.#say(news), shown })
      for (const news of this.#early.splice(0)) this.#told?.(news)
      return start?.(kernel, pid, parent)
    }
    return behaviour
  }

  async #leaveAfter(pid: Pid): Promise<void> {
    setLabel('isolation')
    monitor(pid)
    await receive(isDown)
    await sleep(0)
    this.#carrier.connection.flush()
    for (const leave of this.#leaving) leave()
    this.post(['over'])
    this.#exit(0)
  }

  /** Ends in the next turn of the loop: what a program has posted must be sent before. */
  #exit(code: number): void {
    if (this.#channel !== undefined) this.#channel.post(['beat'], () => process.exit(code))
    else nodeImmediate(() => process.exit(code))
  }

  /** Sends signs of life, in real time: code here may have replaced Node's clocks. */
  #beat(): void {
    const { beats, beatEvery } = this.assignment
    if (beats === undefined) this.post(['beat'])
    else giveSign(beats)
    new Deadline(MACHINE, beatEvery, () => this.#beat())
  }
}

const MACHINE = new MachineClock()
