import {
  currentKernel,
  currentPid,
  isAsyncFunction,
  isList,
  isRevoked,
  isThenable,
  type Pid,
  read,
  SteppedKernel,
  sleep,
} from '../../../kernel/index.js'
import { whenAborted } from '../../faults/aborted-arguments.js'
import { InjectedFault } from '../../faults/injected-fault.js'
import { simulationError } from '../errors.js'
import { FaultStep } from '../faults/simulated-fault.js'
import { checkCount, demand } from '../options.js'
import { demandOptions, demandSpan } from './node-arguments.js'
import type { Span } from './world-faults.js'
import type { SurroundingWorld } from './world-part.js'

/**
 * What may applyFault a call: it fails and is not done; it is done and fails all the same, as when an answer is lost; it never settles; or it is done, and its
 * answer comes late.
 */
export type FakeMishap = 'fail' | 'lose answer' | 'hang' | 'be late'

const MISHAPS: readonly FakeMishap[] = ['fail', 'lose answer', 'hang', 'be late']
const LATE: Span = [100, 5_000]

/** By what something is injected: its class, or a token that is none. */
export type FakeToken<T extends object> = string | symbol | (abstract new (...args: never[]) => T)

/** What of a class can be written by hand: all that is public. */
export type FakeOf<T extends object> = { [Key in keyof T]: T[Key] }

/** What may applyFault the calls of a fake. */
export interface FakeOptions<T extends object> {
  /** Of which methods; default all that are `async`. */
  readonly methods?: readonly (keyof T & string)[]
  /** What; default all of it. */
  readonly may?: readonly FakeMishap[]
  /** What a call fails with, or a function that makes it. Default an `InjectedFault`. */
  readonly error?: unknown
  /** Milliseconds by which an answer is late; default from 100 to 5,000. */
  readonly late?: Span
  /** How often each may happen in a run; default 1. */
  readonly times?: number
}

type Method = (...args: unknown[]) => unknown

/** A call that has not been done yet. */
interface Pending {
  readonly method: string
  readonly pid: Pid
  mishap: FakeMishap | undefined
}

/** What may applyFault a fake, in one way. */
interface Made {
  readonly mishap: FakeMishap
  readonly number: number
  struck: number
}

const WORDS: Readonly<Record<FakeMishap, string>> = {
  fail: 'fails',
  'lose answer': 'is done, and fails',
  hang: 'hangs',
  'be late': 'is late',
}

/**
 * An object in the place of an injected one. A call of an `async` method is done in a step of its own, and until then something may applyFault it, where the schedule
 * says; other methods are called as they are.
 */
export class SimulatedFake<T extends object> {
  readonly stand: T
  readonly #world: SurroundingWorld
  readonly #name: string
  readonly #fake: FakeOf<T>
  readonly #options: FakeOptions<T>
  readonly #made: readonly Made[]
  readonly #pending = new Set<Pending>()
  readonly #methods = new Map<Method, Method>()
  /** Nothing befalls it any more. */
  isCalm = false

  constructor(world: SurroundingWorld, token: FakeToken<T>, fake: FakeOf<T>, options: FakeOptions<T>) {
    check(token, fake, options)
    this.#world = world
    this.#name = nameOf(token)
    this.#fake = fake
    this.#options = options
    this.#made = (options.may ?? MISHAPS).map((mishap) => {
      return { mishap, number: world.shared.nextFault(), struck: 0 }
    })
    this.stand = new Proxy(fake as unknown as T, {
      get: (object, key) => {
        const value: unknown = Reflect.get(object, key, object)
        return typeof value === 'function' && key !== 'constructor'
          ? this.#method(key, value as Method)
          : value
      },
    })
  }

  /** What could applyFault it now. */
  choices(): FaultStep[] {
    if (this.isCalm || this.#pending.size === 0) return []
    const { times = 1 } = this.#options
    const open = [...this.#pending].filter(({ mishap }) => mishap === undefined)
    return this.#made.flatMap((made) => {
      if (made.struck >= times) return []
      return open.map((pending, place) => this.#step(made, pending, place))
    })
  }

  #step(made: Made, pending: Pending, place: number): FaultStep {
    const text = `${this.#name}.${pending.method} ${WORDS[made.mishap]}`
    const strike = (): void => {
      made.struck++
      pending.mishap = made.mishap
      this.#world.main.begin(undefined)
      this.#touch()
    }
    return new FaultStep(undefined, { number: made.number, text }, place, strike, pending.pid)
  }

  #method(key: PropertyKey, method: Method): Method {
    const known = this.#methods.get(method)
    if (known !== undefined) return known
    const name = String(key)
    const fake = this.#fake
    const made = isAsyncFunction(method)
      ? async (...args: unknown[]) => this.#call(name, method, args)
      : (...args: unknown[]) => {
          const value: unknown = Reflect.apply(method, fake, args)
          if (!isThenable(value)) return value
          // Nobody awaits it any more.
          value.then(undefined, () => {})
          const expected = 'an async function, since it gives a promise'
          demand(false, 'sim.fake', `${this.#name}.${name}`, method, expected)
        }
    this.#methods.set(method, made)
    return made
  }

  async #call(method: string, work: Method, args: readonly unknown[]): Promise<unknown> {
    const kernel = currentKernel()
    const pid = currentPid()
    const isOfRun = kernel instanceof SteppedKernel && kernel.shared === this.#world.shared
    if (pid === undefined || !isOfRun)
      throw simulationError('SIMULATION_FAKE_OUTSIDE', { fake: this.#name, method })
    const pending: Pending = { method, pid, mishap: undefined }
    const { methods } = this.#options
    const isExposed = methods === undefined || (methods as readonly string[]).includes(method)
    if (isExposed) this.#pending.add(pending)
    this.#world.trace?.note(`calls ${this.#name}.${method}`, pid)
    try {
      await kernel.pause()
    } finally {
      this.#pending.delete(pending)
    }
    this.#touch(kernel)
    return this.#done(pending, args, async () => Reflect.apply(work, this.#fake, args))
  }

  async #done(
    { method, mishap }: Pending,
    args: readonly unknown[],
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    if (mishap === undefined) return work()
    if (mishap === 'fail') throw this.#failure(method)
    if (mishap === 'hang') return unlessAborted(args, new Promise(() => {}))
    const value = await work()
    if (mishap === 'lose answer') throw this.#failure(method)
    await unlessAborted(args, sleep(this.#lateness()))
    return value
  }

  #failure(method: string): unknown {
    const { error } = this.#options
    const made: unknown = typeof error === 'function' ? (error as () => unknown)() : error
    return made ?? new InjectedFault(`${this.#name}.${method}`)
  }

  #lateness(): number {
    const { late = LATE } = this.#options
    if (typeof late === 'number') return late
    const [from, to] = late
    return Math.floor(from + this.#world.chance.next() * (to - from))
  }

  /** Whether something befalls a call depends on which came first. */
  #touch(kernel: SteppedKernel = this.#world.main): void {
    kernel.note(`fake ${this.#name}`, 'write')
  }
}

function nameOf(token: unknown): string {
  if (typeof token === 'symbol') return token.description ?? 'fake'
  return typeof token === 'function' ? String(read(token, 'name')) : String(token)
}

function check<T extends object>(token: unknown, fake: unknown, options: FakeOptions<T>): void {
  const isToken = ['string', 'symbol', 'function'].includes(typeof token) && token !== '' && !isRevoked(token)
  demand(isToken, 'sim.fake', 'token', token, 'a class, a string or a symbol, as it is bound')
  const isFake = typeof fake === 'object' && fake !== null && !isRevoked(fake)
  demand(isFake, 'sim.fake', 'fake', fake, 'an object with the methods of what it stands for')
  demandOptions('sim.fake', options, ['methods', 'may', 'error', 'late', 'times'])
  const { methods, may, late, times } = options
  const fits = (list: unknown, is: (each: unknown) => boolean): boolean =>
    list === undefined || (isList(list) && list.every(is))
  demand(
    fits(may, (each) => MISHAPS.includes(each as FakeMishap)),
    'sim.fake',
    'may',
    may,
    `a list of ${MISHAPS.join(', ')}`,
  )
  const isMethod = (each: unknown): boolean => {
    const method: unknown = Reflect.get(fake as object, each as string)
    return typeof method === 'function' && isAsyncFunction(method)
  }
  demand(fits(methods, isMethod), 'sim.fake', 'methods', methods, 'a list of async methods of the fake')
  if (late !== undefined) demandSpan('sim.fake', 'late', late)
  checkCount('sim.fake', 'times', times, 1)
}

function unlessAborted<T>(args: readonly unknown[], work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    work.then(resolve, reject)
    whenAborted(args, reject)
  })
}
