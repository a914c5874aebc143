/** The other thread of supervision scenarios that are spread over two: what is started there, and its time. */
import { parentPort } from 'node:worker_threads'
import { StructuredCodec } from '../../src/carrier/index.js'
import { PortCarrier } from '../../src/isolation/runtime/port-carrier.js'
import { type Behaviour, Kernel, type Pid, portable, VirtualClock } from '../../src/kernel/index.js'
import { ErlangError } from './canon.js'
import { noted } from './heartwood-sup.js'
import { behaviourOfNode, Crash } from './heartwood-tree.js'
import type { TreeNode } from './scenario.js'
import { TreeLog } from './tree-log.js'

/** The name of the kernel that has the top of the tree. */
export const HERE = 'tree'

/** What is asked to be started there: a supervisor with all below it, or a worker, whose instance is known. */
export interface TreeStart {
  readonly node: TreeNode
  readonly instance: string | undefined
}

/** What the thread says. */
export type ThereMessage =
  | readonly ['signals', size: number, batch: readonly unknown[]]
  | readonly ['taken', bytes: number]
  | readonly ['begun', creation: number]
  /** An entry of the log, or who an instance is. */
  | readonly ['log', said: unknown]
  /** All is done, up to when something is due. */
  | readonly ['rests', next: number | undefined]

type HereMessage =
  | readonly ['signals', size: number, batch: readonly unknown[]]
  | readonly ['taken', bytes: number]
  | readonly ['begin', creation: number]
  | readonly ['settle']
  | readonly ['advance', to: number]

portable(ErlangError, { name: 'beam.ErlangError' })
portable(Crash, { name: 'beam.Crash' })

/** The log of what is here is kept where the top is. */
class LogThere extends TreeLog {
  constructor(private readonly say: (said: readonly (string | Pid)[]) => void) {
    super()
  }

  override named(instance: string, pid: Pid): void {
    super.named(instance, pid)
    this.say(['named', instance, pid])
  }

  override log(...entry: (string | Pid)[]): void {
    this.say(['entry', ...entry])
  }
}

/** One scenario. */
class There {
  readonly #clock = new VirtualClock()
  readonly #log = new LogThere((said) => this.#say(said))
  readonly kernel = new Kernel({
    node: `${HERE}-there`,
    clock: this.#clock,
    report: (report) => noted(report, this.#log),
  })
  /** Questions are answered in the order in which they are asked. */
  #answered: Promise<void> = Promise.resolve()
  readonly #codec = new StructuredCodec()
  readonly #carrier = new PortCarrier({ post: (message) => parentPort?.postMessage(message) }, this.#codec)

  constructor(creation: number) {
    this.#carrier.connection = this.kernel.connect(this.#carrier, { node: HERE, creation })
    this.kernel.withNodes().startServer = (request) => {
      const { node, instance } = request as TreeStart
      return { behaviour: behaviourOfNode(node, instance, this.#log) satisfies Behaviour }
    }
  }

  take(message: HereMessage): void {
    if (message[0] === 'signals') this.#carrier.receive(message[1], message[2])
    else if (message[0] === 'taken') this.#carrier.taken(message[1])
    else this.#answered = this.#answered.then(() => this.#answer(message))
  }

  async #answer(message: HereMessage): Promise<void> {
    await this.kernel.settled()
    if (message[0] === 'advance') await this.#clock.advance(message[1] - this.#clock.now())
    await this.kernel.settled()
    parentPort?.postMessage(['rests', this.#clock.next])
  }

  /** Behind what was sent before. */
  #say(said: readonly unknown[]): void {
    this.#carrier.connection.flush()
    parentPort?.postMessage(['log', this.#codec.encode(said, this.kernel.withNodes(), true)])
  }
}

let there: There | undefined

parentPort?.on('message', (message: HereMessage) => {
  if (message[0] === 'begin') {
    there = new There(message[1])
    parentPort?.postMessage(['begun', there.kernel.creation])
  } else there?.take(message)
})
