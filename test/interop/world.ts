/** What a check has: a node of Elixir, one of ours in this program, and another of ours. */
import type { ChildProcess } from 'node:child_process'
import {
  defineServer,
  from,
  Kernel,
  noReply,
  type Pid,
  receive,
  reply,
  self,
  send,
  start,
  stopping,
} from 'heartwood'
import { type ErlangOptions, erlang, tuple } from 'heartwood/erlang'
import type { ElixirNode } from './elixir-node.js'

export interface World {
  readonly kernel: Kernel
  /** The name of our node. */
  readonly here: string
  readonly elixir: ElixirNode
  readonly options: ErlangOptions
  /** Another node of Elixir, which the check ends. */
  another(): Promise<ElixirNode>
  /** A program of ours, a node that the check may kill and stop: see peer.ts. Not there in settings without EPMD. */
  program?(): Promise<{ readonly node: string; readonly child: ChildProcess }>
  /** Another node of ours in this program; it is ended behind the check. */
  ours(): Promise<Kernel>
}

/** The server that Elixir calls. */
export class Basket {
  items: unknown[] = []
  addItem(item: unknown, count = 1): number {
    for (let i = 0; i < count; i++) this.items.push(item)
    return this.items.length
  }
  list(): unknown[] {
    return this.items
  }
  echo(value: unknown): unknown {
    return value
  }
  fail(): never {
    throw new TypeError('the basket has a hole')
  }
  leave(reason: unknown): unknown {
    return stopping(String(reason))
  }
  later(value: unknown): unknown {
    const client = from()
    setImmediate(() => reply(client, value))
    return noReply
  }
  never(): unknown {
    from().signal.addEventListener('abort', () => this.items.push('aborted'))
    return noReply
  }
  emptyOut(): void {
    this.items = []
  }
  handleInfo(message: unknown): void {
    this.items.push(message)
  }
}
defineServer(Basket, {
  calls: ['addItem', 'list', 'echo', 'fail', 'leave', 'later', 'never'],
  casts: ['emptyOut'],
})

/** Starts a basket of that name. */
export const basket = (name: string): Promise<unknown> => start(Basket, undefined, { name })

/** Says to whoever asks who it is, and sends on what it gets. */
export async function echo(): Promise<void> {
  for (;;) {
    const [to, message] = (await receive()) as Iterable<unknown>
    send(to as Pid, tuple(message, self()))
  }
}

export async function joined(
  name: string,
  options: ErlangOptions,
): Promise<{ kernel: Kernel; close(): void }> {
  const kernel = new Kernel({ node: name, report: () => {} })
  const node = await erlang(options).start(kernel, { development: true })
  return { kernel, close: () => node.close() }
}
