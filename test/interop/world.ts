/** What a check has: a node of Elixir, one of ours in this program, and another of ours. */
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import {
  defineServer,
  from,
  type HeartwoodError,
  Kernel,
  noReply,
  type Pid,
  receive,
  reply,
  self,
  send,
  sleep,
  start,
  stopping,
} from 'heartwood'
import { type ErlangOptions, erlang, tuple } from 'heartwood/erlang'
import type { ElixirNode } from './elixir-node.js'
import type { Way } from './way.js'

export type Check = (world: World) => unknown
export type Checks = Readonly<Record<string, Check>>

/** How the nodes are joined. */
export interface WorldSetting {
  readonly hasEpmd: boolean
  readonly isEncrypted: boolean
  readonly isIPv6: boolean
  /** Where there is TLS: certificates for another host, for a node of ours and for one of Elixir. */
  readonly elsewhere?: NonNullable<ErlangOptions['tls']> | undefined
  readonly elsewhereFlags?: string | undefined
}

/** What is to be another node of ours; its name may be given whole. */
export type OursOptions = { readonly [K in keyof ErlangOptions]?: ErlangOptions[K] | undefined } & {
  readonly name?: string
  readonly isExact?: boolean
}

export interface World {
  readonly kernel: Kernel
  /** The name of our node. */
  readonly here: string
  readonly elixir: ElixirNode
  readonly setting: WorldSetting
  /** Another node of Elixir, which the check ends; `run` is code that it runs by itself, and prints the value of. */
  another(options?: { readonly flags?: string; readonly run?: string }): Promise<ElixirNode>
  /** A program of ours, a node that the check may kill and stop: see peer.ts. Not there in settings without EPMD. */
  program?(): Promise<{ readonly node: string; readonly child: ChildProcess }>
  /** Another node of ours in this program; it is ended behind the check. */
  ours(options?: OursOptions): Promise<Kernel>
  /** Ends one of those. */
  end(kernel: Kernel): void
  /** A way to a node of Elixir that can be cut. Not there in settings without EPMD. */
  wayTo?(node: string): Promise<Way>
}

export const failure = (promise: Promise<unknown>): Promise<HeartwoodError> =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error: HeartwoodError) => error,
  )

/** A process of Elixir that does what Elixir code says; its pid. */
export const spawned = async ({ elixir }: World, code: string): Promise<Pid> =>
  (await elixir.value(`spawn(fn -> ${code} end)`)) as Pid

/** Waits until Elixir code comes to true. */
export async function until(elixir: ElixirNode, code: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const [kind, value] = await elixir.run(code)
    if (kind === 'value' && value === true) return
    await sleep(25)
  }
  assert.fail(`it does not become true: ${code}`)
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
