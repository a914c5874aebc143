import {
  type CallOptions,
  type Calls,
  type Casts,
  definitionOf,
  Ref,
  type ServerClass,
} from '../../genserver/index.js'
import {
  checkKnown,
  currentKernel,
  errorsOf,
  HeartwoodError,
  isTimeout,
  KERNEL_ERRORS,
  namesOf,
  type Pid,
  read,
} from '../../kernel/index.js'
import { type Cluster, clusterOf } from '../cluster.js'
import { Pauses } from '../engine/pauses.js'
import { checkKey } from '../key.js'
import { MOVED } from '../keyed/keyed-worker.js'
import { THE_ONE } from './cluster-supervisor.js'
import { type Locator, locatorOf, pause } from './locator.js'

const REF_OPTIONS = namesOf<ClusterRefOptions>({ name: true, cluster: true, on: true, timeout: true })
const kernelError = errorsOf(KERNEL_ERRORS)

/** The options of a ref to a worker of a key. */
export interface ClusterRefOptions {
  /** The name of the cluster supervisor; default that of the class. */
  readonly name?: string
  /** The name of the cluster; default that of the first node in the program. */
  readonly cluster?: string
  /** The node to use, in a program with several. Default the current one. */
  readonly on?: Cluster
  /** Milliseconds for a call, including the search for its worker. Default 5,000. */
  readonly timeout?: number
}

/**
 * The worker of a key, on any node. The ref finds it at the first use, and again when it has moved. A call that its worker did not take because
 * the key was moving is repeated, within its time-out; a call that the worker may have handled is not repeated.
 */
export class ClusterRef<C extends object> {
  readonly #Class: ServerClass<C>
  readonly #options: ClusterRefOptions
  #tail: Promise<unknown> | undefined

  /** Made by `clusterRef`. */
  constructor(
    Class: ServerClass<C>,
    readonly key: string,
    options: ClusterRefOptions,
  ) {
    this.#Class = Class
    this.#options = options
  }

  /** Calls methods: `await ref.call.check()`. Rejects as `call` does, and with KEY_UNREACHABLE. */
  get call(): Calls<C> {
    return methods((name, args) => this.#call(name, args)) as Calls<C>
  }

  /** Casts methods: `ref.cast.pause()`. A cast that finds no worker in time is dropped, and the log says so. */
  get cast(): Casts<C> {
    return methods((name, args) => this.#cast(name, args)) as Casts<C>
  }

  /**
   * Returns the current process of the key, for `monitor` and `link`; starts it if there is none.
   *
   * @throws KEY_UNREACHABLE, KEY_UNKNOWN, CLUSTER_ABSENT
   */
  async locate(): Promise<Pid> {
    return this.#locator().locate(this.key, this.#timeout)
  }

  /** Returns a ref to the same worker with other call options. */
  with(options: Pick<CallOptions, 'timeout'>): ClusterRef<C> {
    checkKnown('with()', options, ['timeout'])
    return new ClusterRef(this.#Class, this.key, { ...this.#options, ...options })
  }

  /**
   * Stops the worker and releases the key. The next message to the key starts it again; if `keys` lists the key, it starts again by itself.
   *
   * @throws KEY_UNREACHABLE
   */
  async stop(): Promise<void> {
    await this.#locator().stop(this.key, this.#timeout)
  }

  toString(): string {
    return `${this.#Class.name}(${this.key})`
  }

  get #timeout(): number {
    return this.#options.timeout ?? 5_000
  }

  #locator(): Locator {
    const { on, cluster, name = this.#Class.name } = this.#options
    return locatorOf(on ?? clusterOf(currentKernel(), cluster), name)
  }

  async #call(method: string, args: readonly unknown[]): Promise<unknown> {
    const locator = this.#locator()
    const { kernel } = locator
    const timeout = this.#timeout
    if (!isTimeout(timeout))
      throw kernelError('BAD_TIMEOUT', { action: 'the timeout of a call', value: timeout })
    const end = kernel.now() + timeout
    const pauses = new Pauses(5, 200, kernel.random)
    for (;;) {
      const left = Math.max(1, end - kernel.now())
      const pid = await locator.locate(this.key, left)
      try {
        return await this.#at(pid, Math.max(1, end - kernel.now()), method, args)
      } catch (error) {
        // What its worker was asked and did not answer may be of one that is gone: the next call asks where it is.
        if (HeartwoodError.is(error)) locator.forget(this.key, pid)
        if (!isUntaken(error) || kernel.now() >= end) throw error
        await pause(kernel, pauses.next())
      }
    }
  }

  #at(pid: Pid, timeout: number, method: string, args: readonly unknown[]): Promise<unknown> {
    const { call } = new Ref(definitionOf(this.#Class), pid, { timeout })
    return (call as Record<string, (...args: readonly unknown[]) => Promise<unknown>>)[method]?.(
      ...args,
    ) as Promise<unknown>
  }

  #cast(method: string, args: readonly unknown[]): void {
    const locator = this.#locator()
    const send = (pid: Pid): void => {
      const { cast } = new Ref(definitionOf(this.#Class), pid)
      ;(cast as unknown as Record<string, (...args: readonly unknown[]) => void>)[method]?.(...args)
    }
    const known = this.#tail === undefined ? locator.known(this.key) : undefined
    if (known !== undefined) {
      send(known)
      return
    }
    // Those that come meanwhile stay behind it.
    const tail = Promise.all([locator.locate(this.key, this.#timeout), this.#tail])
      .then(([pid]) => send(pid))
      .catch((error: unknown) => locator.lost(this.key, method, error))
      .finally(() => {
        if (this.#tail === tail) this.#tail = undefined
      })
    this.#tail = tail
  }
}

/** Whether its worker did not take a call: nobody of that pid is there, or it turned the call away. */
function isUntaken(error: unknown): boolean {
  if (HeartwoodError.is(error, 'CALL_NOPROC')) return true
  if (!HeartwoodError.is(error, 'CALL_SERVER_EXITED')) return false
  const reason = read(error.details, 'reason')
  return reason === 'noproc' || String(read(reason, 'shutdown')) === MOVED.shutdown
}

/** Every name is a method, but for those that the language and its tools look for on any object. */
function methods(act: (name: string, args: readonly unknown[]) => unknown): object {
  return new Proxy(Object.create(null) as object, {
    get(_, name) {
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      return (...args: unknown[]) => act(name, args)
    },
  })
}

/**
 * Makes a typed ref to the worker of a key of a cluster supervisor, from any node.
 *
 * @param Class the class of the workers
 * @param key the key, of 1 to 200 characters; none for a `@Singleton`
 * @throws CLASS_UNDEFINED, CLUSTER_OPTION_INVALID for a key that no engine takes; at its use, CLUSTER_ABSENT
 * @example
 * ```ts
 * const checker = clusterRef(Checker, 'example.com')
 * await checker.call.check()
 * monitor(await checker.locate())
 * ```
 */
export function clusterRef<C extends object>(
  Class: ServerClass<C>,
  key: string = THE_ONE,
  options: ClusterRefOptions = {},
): ClusterRef<C> {
  definitionOf(Class)
  checkKnown('clusterRef', options, REF_OPTIONS)
  checkKey('clusterRef', key)
  return new ClusterRef(Class, key, options)
}
