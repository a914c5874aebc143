import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sleep } from 'heartwood'
import type { Way } from '../../interop/way.js'
import type { Late } from './lateness.js'
import type { Oracle } from './oracle.js'
import type { FromNode, NodeOrders, ToNode } from './words.js'

/** The program of a node, of this build. */
export const PROGRAM = fileURLToPath(new URL('./node.js', import.meta.url))

/** Attempts to start a node. */
const STARTS = 5

/** A node as a program, which is started again after each of its ends. */
export class OwnNode {
  #child: ChildProcess | undefined
  #lives = 0
  #asked = 0
  readonly #waiting = new Map<number, (keys: readonly string[]) => void>()
  readonly failures = new Map<string, number>()
  isStopped = false
  /** What it has told of its timers, and nobody has asked for. */
  #late: Late[] = []

  constructor(
    private readonly orders: Omit<NodeOrders, 'port'>,
    /** Its way to the engine. */
    readonly way: Way,
    /** The way of the others to it. */
    readonly door: Way,
    private readonly oracle: Oracle,
    private readonly isLoaded: () => boolean,
    private readonly told: (text: string) => void,
    /** Which program its next life runs. */
    private readonly program: () => string,
  ) {}

  get name(): string {
    return this.orders.node
  }

  get runs(): boolean {
    const child = this.#child
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** Resolves when it is a member. A start that fails, such as one that the engine does not answer in time, is told and made again. */
  async start(): Promise<void> {
    for (let again = STARTS; ; again--) {
      try {
        return await this.#startOnce()
      } catch (error) {
        if (again <= 1) throw error
        this.told(String(error).slice(0, 500))
      }
    }
  }

  async #startOnce(): Promise<void> {
    const orders: NodeOrders = { ...this.orders, port: this.way.port }
    const child = fork(this.program(), [JSON.stringify(orders)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child = child
    const program = `${this.name} ${++this.#lives}`
    let errors = ''
    child.stderr?.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(-2_000)
    })
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromNode) => {
        if (message.what === 'up') {
          this.say({ what: 'load', on: this.isLoaded() })
          resolve()
        } else this.#hear(message, program)
      })
      child.on('exit', (code, signal) => {
        if (code !== 0 && signal === null) this.told(`${program} ended with ${code}: ${errors}`)
        for (const answer of this.#waiting.values()) answer([])
        this.#waiting.clear()
        reject(new Error(`${program} ended before it was up: ${errors}`))
      })
    })
  }

  say(message: ToNode): void {
    if (this.runs && this.#child?.connected === true) this.#child.send(message, () => {})
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
    this.isStopped = name === 'SIGSTOP' || (this.isStopped && name !== 'SIGCONT')
  }

  async ended(): Promise<void> {
    if (this.runs && this.#child !== undefined) await once(this.#child, 'exit')
    this.isStopped = false
  }

  /** The keys of its claims that are valid; nothing where it does not answer. */
  owned(ms: number): Promise<readonly string[] | undefined> {
    if (!this.runs || this.isStopped) return Promise.resolve([])
    const id = ++this.#asked
    const answer = new Promise<readonly string[]>((resolve) => this.#waiting.set(id, resolve))
    this.say({ what: 'own', id })
    return Promise.race([answer, sleep(ms).then(() => undefined)])
  }

  /** How late its timers were, as it told since this was asked last. */
  lateness(): readonly Late[] {
    return this.#late.splice(0)
  }

  #hear(message: FromNode, program: string): void {
    if (message.what === 'write') {
      const accepted = this.oracle.write(message.key, message.token, program)
      this.say({ what: 'written', id: message.id, accepted })
    } else if (message.what === 'answered') this.oracle.answer(message.answer)
    else if (message.what === 'begun') {
      const { key, token, isAnew } = message
      const before = this.oracle.begin(key, token, isAnew, program)
      if (before !== undefined) this.told(`${program}: ${key} BEGINS ANEW under ${token}, after ${before}`)
    } else if (message.what === 'failed')
      this.failures.set(message.code, (this.failures.get(message.code) ?? 0) + 1)
    else if (message.what === 'owns') {
      if (message.late !== undefined) this.#late.push(message.late)
      this.#waiting.get(message.id)?.(message.keys)
      this.#waiting.delete(message.id)
    } else if (message.what === 'told') {
      if (message.text.includes('is over: it joins anew')) this.oracle.lapse(program)
      this.told(`${program}: ${message.text}`)
    }
  }
}
