import { isInHandler, noteSource } from '../calls/other-pending-work.js'
import { currentProcess } from '../context/current-process.js'
import { runAsNobody } from '../context/no-process.js'
import { hasPlainPrototype, isPromise } from '../context/promise-owner.js'
import type { Process } from '../process/process.js'
import type { Callable, Crossing } from './crossing.js'
import { handingsOf, originalOf } from './functions-handed-over.js'
import { handedBack, handOver, isHanded } from './handed-function.js'
import { Lent, lentBy } from './lent-object.js'
import { sharedOriginal, standInOf } from './shared-stand-in.js'
import { isClass, isLendable, isPart, isPlain, isThing } from './value-kind.js'

/** The number of calls of things so far. Each call has a number of its own. */
let calls = 0
/** The number of the innermost call on the stack; 0 if there is none. */
let innermost = 0
/** The number of the last call that an object was passed to. */
let lending = 0

/** The border between the things of one home and all processes that share them. */
export class Border implements Crossing {
  /** The stand-ins of things. */
  readonly #known = new WeakMap<object, object>()
  /** Values that workers made and passed in: they come out unchanged. */
  readonly #values = new WeakSet<object>()
  /** Values that the home passed in: they belong there already. */
  readonly #own = new WeakSet<object>()
  /** Objects of workers that other code got from the thing. */
  readonly #given = new WeakMap<object, Lent>()
  /** The calls that an object was passed to and whose promise is not settled yet. */
  readonly #open = new Set<number>()

  constructor(readonly home: Process | undefined) {}

  /** Returns the stand-in of a shared thing. */
  share(thing: object): object {
    return this.#standIn(sharedOriginal(thing) as object)
  }

  atHome<T>(act: () => T): T {
    return this.home === undefined ? runAsNobody(act) : this.home.within(act)
  }

  onStack(call: number): boolean {
    return call !== 0 && call === innermost
  }

  isAwaited(call: number): boolean {
    return this.onStack(call) || this.#open.has(call)
  }

  call(fn: Callable, self: unknown, args: readonly unknown[]): unknown {
    return this.out(this.#counted(args, (given) => Reflect.apply(fn, sharedOriginal(self), given)))
  }

  construct(fn: Callable, args: readonly unknown[], newTarget: Callable): object {
    const made = this.#counted(args, (given) =>
      Reflect.construct(fn, given, sharedOriginal(newTarget) as Callable),
    )
    return this.#standIn(made as object)
  }

  #counted(args: readonly unknown[], act: (given: readonly unknown[]) => unknown): unknown {
    const outer = innermost
    const call = ++calls
    const process = currentProcess<Process>()
    const given = args.map((each) =>
      isPassive(each) ? each : this.#handed(each, { process, call, seen: undefined }),
    )
    const lends = lending === call
    innermost = call
    try {
      const result = this.atHome(() => act(given))
      if (lends && isPromise(result) && isPlainPromise(result)) this.#await(call, result)
      return result
    } finally {
      innermost = outer
    }
  }

  out(value: unknown): unknown {
    if (typeof value === 'function') return this.#function(value as Callable)
    if (typeof value !== 'object' || value === null) return value
    const lent = lentBy(value)
    if (lent !== undefined) return this.#givenOut(lent)
    if (this.#own.has(value) && currentProcess<Process>() === this.home) return value
    const known = this.#known.get(value) ?? originalOf(value, this)
    if (known !== undefined) return known
    if (sharedOriginal(value) !== value || this.#values.has(value)) return value
    if (isPromise(value) && isPlainPromise(value)) return this.#promised(value)
    if (Array.isArray(value)) return this.#outOfArray(value)
    return isThing(value) ? this.#standIn(value) : value
  }

  /**
   * Notes a pending promise of the thing. While it is pending, the thing may let the handler that waits for it continue, by anything that
   * the thing has started.
   */
  #promised(promise: Promise<unknown>): Promise<unknown> {
    if (!isInHandler()) return promise.then((each) => this.out(each))
    let pending = true
    noteSource(() => pending)
    return promise.then(
      (each) => {
        pending = false
        return this.out(each)
      },
      (error: unknown) => {
        pending = false
        throw error
      },
    )
  }

  handed(value: unknown): unknown {
    return this.#handed(value, { process: currentProcess<Process>(), call: 0, seen: undefined })
  }

  member(value: object, process: Process, call: number): unknown {
    const thing = sharedOriginal(value)
    if (thing !== value) return thing
    if (Array.isArray(value)) {
      if (!value.some(isPart)) return value
      return value.map((each) => this.#handed(each, { process, call, seen: undefined }))
    }
    return isLendable(value) ? this.#lend(value, process, call) : value
  }

  #await(call: number, result: Promise<unknown>): void {
    this.#open.add(call)
    const settled = (): unknown => this.#open.delete(call)
    result.then(settled, settled)
  }

  /** Returns an object of a worker in the form for the current process: the object itself, or at home its stand-in. */
  #givenOut(lent: Lent): object {
    const process = currentProcess<Process>()
    if (lent.crossing !== this || process === this.home) return lent.standIn
    if (!lent.isOf(process)) this.#given.set(lent.thing, lent)
    return lent.thing
  }

  #function(fn: Callable): object {
    if (isHanded(fn)) return handedBack(fn)
    return sharedOriginal(fn) === fn ? this.#standIn(fn) : fn
  }

  #standIn(thing: object): object {
    const known = this.#known.get(thing)
    if (known !== undefined) return known
    const made = standInOf(thing, this)
    this.#known.set(thing, made)
    return made
  }

  #outOfArray(array: readonly unknown[]): readonly unknown[] {
    return array.some(isPart) ? array.map((each) => (isPart(each) ? this.out(each) : each)) : array
  }

  #handed(value: unknown, by: Handing): unknown {
    if (typeof value === 'function') {
      const thing = sharedOriginal(value)
      if (thing !== value || isClass(value) || isHanded(value)) return thing
      return handOver(value as Callable, by.process, this, by.call)
    }
    if (typeof value !== 'object' || value === null) return value
    const thing = sharedOriginal(value)
    if (thing !== value) return thing
    if (Array.isArray(value)) return this.#list(value, by)
    if (isPlain(value)) return this.#record(value as Record<PropertyKey, unknown>, by)
    return this.#object(value, by)
  }

  #object(value: object, { process, call }: Handing): object {
    if (lentBy(value) !== undefined || this.#known.has(value)) return value
    if (!isLendable(value)) {
      if (process !== undefined) this.#values.add(value)
      return value
    }
    if (process === this.home) this.#own.add(value)
    else if (process !== undefined && !this.#own.has(value)) return this.#lend(value, process, call)
    return value
  }

  #lend(object: object, process: Process, call: number): object {
    const handings = handingsOf(process, this)
    let lent = (handings.lents.get(object) as Lent | undefined) ?? this.#given.get(object)
    if (lent === undefined) lent = new Lent(object, process, handings, call)
    else lent.handedBy(process, handings, call)
    handings.lents.set(object, lent)
    if (call !== 0) lending = call
    return lent.standIn
  }

  #list(list: readonly unknown[], by: Handing): readonly unknown[] {
    const met = by.seen?.get(list)
    if (met !== undefined) return met as readonly unknown[]
    let copy: unknown[] | undefined
    for (let at = 0; at < list.length; at++) {
      const value = list[at]
      const handed = isPassive(value) ? value : this.#handed(value, within(by, list))
      if (handed === value) continue
      copy ??= [...list]
      copy[at] = handed
    }
    return this.#copied(list, copy, by)
  }

  #record(record: Record<PropertyKey, unknown>, by: Handing): object {
    const met = by.seen?.get(record)
    if (met !== undefined) return met
    let copy: Record<PropertyKey, unknown> | undefined
    for (const key of Object.keys(record)) {
      const value = record[key]
      const handed = isPassive(value) ? value : this.#handed(value, within(by, record))
      if (handed === value) continue
      copy ??= Object.assign(Object.create(Object.getPrototypeOf(record)), record)
      ;(copy as Record<PropertyKey, unknown>)[key] = handed
    }
    return this.#copied(record, copy, by)
  }

  /** Returns the original if nothing in it is a function or a stand-in; otherwise the copy. */
  #copied<T extends object>(original: T, copy: T | undefined, { process, seen }: Handing): T {
    if (copy === undefined) return original
    seen?.set(original, copy)
    handingsOf(process, this).originals.set(copy, original)
    return copy
  }
}

/**
 * One passing of arguments: by which process, to which call of a thing, and the results for the objects seen so far, since there may be
 * cycles.
 */
interface Handing {
  readonly process: Process | undefined
  readonly call: number
  readonly seen: Map<object, object> | undefined
}

function within(by: Handing, around: object): Handing {
  if (by.seen === undefined) return { ...by, seen: new Map([[around, around]]) }
  by.seen.set(around, around)
  return by
}

function isPassive(value: unknown): boolean {
  return (typeof value !== 'object' || value === null) && typeof value !== 'function'
}

/** Whether a promise has no methods but those of a promise. One with more, such as a request that can be cancelled, is a thing. */
function isPlainPromise(promise: Promise<unknown>): boolean {
  return hasPlainPrototype(promise) && Object.keys(promise).length === 0
}
