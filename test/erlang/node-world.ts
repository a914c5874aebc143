/** A node of ours whose processes are tests. */
import { atom, ErlangPid, encode, Tuple, tuple } from 'heartwood/erlang'
import { VirtualClock } from 'heartwood/testing'
import type { Connection } from '../../src/erlang/distribution/connection.js'
import type { Control } from '../../src/erlang/distribution/control.js'
import {
  DistributionNode,
  type DistributionOptions,
} from '../../src/erlang/distribution/distribution-node.js'
import { COOKIE } from './beam-node.js'

export interface Heard {
  readonly connection: Connection
  readonly control: Control
  readonly payload: unknown
}

export class TestNode {
  readonly clock = new VirtualClock()
  readonly node: DistributionNode
  readonly heard: Heard[] = []
  readonly downs: Error[] = []
  readonly problems: unknown[] = []
  ready = 0
  readonly #waiting: (() => void)[] = []
  #pids = 0

  constructor(options: Partial<DistributionOptions> & { readonly name: string }) {
    this.node = new DistributionNode({
      clock: this.clock,
      cookie: COOKIE,
      onConnection: (connection) => {
        connection.listen({
          onControl: (control, payload) => {
            this.heard.push({ connection, control, payload })
            this.#wake()
          },
          onDown: (reason) => {
            this.downs.push(reason)
            this.#wake()
          },
          onReady: () => {
            this.ready++
            this.#wake()
          },
        })
        this.#wake()
      },
      onProblem: (problem) => {
        this.problems.push(problem)
        this.#wake()
      },
      ...options,
    })
  }

  pid(): ErlangPid {
    return new ErlangPid(this.node.name, ++this.#pids, 0, this.node.creation)
  }

  /** Waits until something that was told makes it true. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look()
      if (found !== undefined && found !== false) return found
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** What arrives, of a type, for a pid. */
  next(type: Control['type'], to?: ErlangPid): Promise<Heard> {
    return this.until(() => {
      const at = this.heard.findIndex(
        ({ control }) =>
          control.type === type && (to === undefined || ('to' in control && same(control.to, to))),
      )
      return at < 0 ? undefined : this.heard.splice(at, 1)[0]
    })
  }

  /** What Erlang code comes to, on the other side. */
  async run(connection: Connection, text: string): Promise<unknown> {
    const me = this.pid()
    connection.send({ type: 'sendToName', from: me, name: atom('run') }, tuple(me, text))
    const { payload } = await this.next('send', me)
    return (payload as Tuple).elements[1]
  }

  async echo(connection: Connection, message: unknown): Promise<unknown> {
    const me = this.pid()
    connection.send({ type: 'sendToName', from: me, name: atom('echo') }, tuple(me, message))
    const { payload } = await this.next('send', me)
    return (payload as Tuple).elements[1]
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

export function same(one: unknown, other: unknown): boolean {
  return Buffer.from(encode(one)).equals(encode(other))
}
