/**
 * Programs that are begun in an isolated thread belong to the program's main thread: a thread that is ended by force cannot end what it has begun, nor
 * take from the system how that ended. When the thread is gone, its end of a port is closed, and the program is killed.
 */
import { MessageChannel, MessagePort } from 'node:worker_threads'
import type { ExitReason } from '../kernel/index.js'
import type { Assignment } from './runtime/assignment.js'
import type { IsolationKind } from './runtime/isolate-options.js'
import type { PortMessage, Runtime, RuntimeOwner } from './runtime/port.js'
import { ProgramRuntime } from './runtime/program-runtime.js'
import { ThreadRuntime } from './runtime/thread-runtime.js'

/** What is to run. */
export interface ProgramOrder {
  readonly assignment: Assignment & { readonly key: string }
  readonly heapLimit: number | undefined
  /** That of the thread: what its code has changed is its own. */
  readonly env: NodeJS.ProcessEnv
}

/** To the program, from the thread. */
type Order = readonly ['post', message: PortMessage] | readonly ['kill'] | readonly ['hold', holds: boolean]

/** From the program. */
type News =
  | readonly ['took', message: unknown]
  | readonly ['garbled', error: unknown]
  | readonly ['ending']
  | readonly ['ended', reason: ExitReason]

type Home = (message: PortMessage, moves: readonly object[]) => void

let home: Home | undefined

/** This is an isolated thread: programs are begun by whoever started it. */
export function programsAreBegunBy(post: Home): void {
  home = post
}

/** A thread; or a program, begun here or, in an isolated thread, by the main thread. */
export function newRuntime(
  owner: RuntimeOwner,
  isolate: IsolationKind,
  assignment: Assignment & { readonly key: string },
  heapLimit: number | undefined,
): Runtime {
  if (isolate === 'thread') return new ThreadRuntime(owner, assignment, heapLimit)
  if (home === undefined) return new ProgramRuntime(owner, assignment, heapLimit)
  return new RelayedProgram(owner, { assignment, heapLimit, env: { ...process.env } }, home)
}

/** In the thread: stands for a program of the main thread. */
class RelayedProgram implements Runtime {
  readonly #port: MessagePort

  constructor(owner: RuntimeOwner, order: ProgramOrder, home: Home) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.on('message', (news: News) => {
      if (news[0] === 'took') owner.took(news[1])
      else if (news[0] === 'garbled') owner.garbled(news[1])
      else if (news[0] === 'ending') owner.ending()
      else {
        port1.close()
        owner.ended(news[1])
      }
    })
    home(['program', port2, order], [port2])
  }

  post(message: PortMessage): void {
    this.#say(['post', message])
  }

  kill(): void {
    this.#say(['kill'])
  }

  hold(holds: boolean): void {
    if (holds) this.#port.ref()
    else this.#port.unref()
    this.#say(['hold', holds])
  }

  #say(order: Order): void {
    this.#port.postMessage(order)
  }
}

/**
 * Begins a program for a thread, or has it begun by whoever started this thread.
 *
 * @throws TypeError for what no thread asks
 */
export function beginProgram(port: unknown, order: unknown): void {
  if (!(port instanceof MessagePort)) throw new TypeError('a program is asked for without a port')
  if (home === undefined) new ProgramOfThread(port, order as ProgramOrder)
  else home(['program', port, order], [port])
}

/** In the main thread. */
class ProgramOfThread implements RuntimeOwner {
  readonly #port: MessagePort

  constructor(port: MessagePort, { assignment, heapLimit, env }: ProgramOrder) {
    this.#port = port
    let program: ProgramRuntime
    try {
      program = new ProgramRuntime(this, assignment, heapLimit, env)
    } catch (error) {
      this.ended(error)
      return
    }
    port.on('message', (order: Order) => {
      if (order[0] === 'post') program.post(order[1])
      else if (order[0] === 'hold') program.hold(order[1])
      else program.kill()
    })
    // Its thread is gone, or has heard of its end.
    port.on('close', () => program.kill())
    // The program holds the main thread, or does not.
    port.unref()
  }

  took(message: unknown): void {
    this.#say(['took', message])
  }

  garbled(error: unknown): void {
    this.#say(['garbled', error])
  }

  ending(): void {
    this.#say(['ending'])
  }

  ended(reason: ExitReason): void {
    this.#say(['ended', reason])
    this.#port.close()
  }

  #say(news: News): void {
    this.#port.postMessage(news)
  }
}
