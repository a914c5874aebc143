/**
 * Whether a handler waits for one promise and nothing else. Nobody is told when a promise is awaited, and whoever can be asked,
 * a heap snapshot, stops the program. So it is said only where it follows from what is certain:
 *
 * - Nobody but the engine has what the handler returned, so nothing else can settle it but what the handler waits for.
 * - The promise of a call notes what its `then` makes, and what V8 resolves with it (`native-promise.ts`): what is derived from it is
 *   settled after it, and what is resolved with it only by it. Is that what the handler returned, the handler waits for the call.
 * - V8 follows the promises that hang on one another for the `at async …` lines of a stack. Such a stack is taken by an async
 *   function that the promise is resolved with: is the first function that hangs on the promise the handler's own, it awaits it.
 *
 * A function in between has given its promise to code that may hang on it the resolve function of another one (`it.then(resolve)`), which
 * looks just like an `await` and may be settled by anybody. Of that nothing is said.
 */

import { types } from 'node:util'
import { promiseHooks } from 'node:v8'
import { Adoption, NativePromise, type Next, nextOf } from '../context/native-promise.js'

/** What settles a promise. */
export interface Settlers {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A handler that is waited for: what is settled when it is done, and what is known of the function that it runs. */
export interface Waiting {
  readonly end: Promise<unknown>
  readonly handling: { readonly by: object; readonly outcome: unknown } | undefined
}

/** Names that the ends of handlers have in stacks, by the promise of the end; told apart by a number. */
const ends = new WeakMap<Promise<unknown>, string>()
let count = 0

/** Gives the end of a handler a name by which it is found in a stack. */
function nameOf(end: Promise<unknown>): string {
  const known = ends.get(end)
  if (known !== undefined) return known
  count++
  const name = `heartwood.end.${count}`
  ends.set(end, name)
  const named = {
    [name]: async (): Promise<void> => {
      await end
    },
  }
  void named[name]?.()
  return name
}

/**
 * Looks once at who waits for a promise.
 *
 * @param found called now or a few ticks later when nothing but the promise can have the handler go on
 * @returns what settles the promise from now on
 */
export function lookWhoAwaits(
  promise: Promise<unknown>,
  settlers: Settlers,
  { end, handling }: Waiting,
  found: () => void,
): Settlers {
  const { last, next } = follow(promise, [end, handling?.outcome])
  if (next === last) {
    found()
    return settlers
  }
  if (typeof handling?.by !== 'function') return settlers
  const { by, outcome } = handling
  const name = nameOf(end)
  let after: Settlers | undefined
  const later = new NativePromise((resolve, reject) => {
    after = { resolve, reject }
  })
  const way = async (): Promise<unknown> => {
    // Until the promise hangs on this function, and the end of the handler on its name.
    for (let tick = 0; tick < TICKS; tick++) await undefined
    const frames = framesAfter(way)
    if (frames?.at(-1)?.getFunctionName() !== name) return later
    if (next instanceof Adoption) {
      if (next.isPlain && framesAfter(by)?.length === 0 && (await isAdoptedBy(outcome, next, last))) found()
    } else if (isAwaitOf(by, frames) && !usesBorrowedThen(by)) found()
    return later
  }
  settlers.resolve(way())
  return after as Settlers
}

const TICKS = 4

/**
 * The last promise of those that are known to be derived from one another, and what is known to hang on it: what V8 has resolved with
 * it, nothing, or itself where it is one of `wanted`.
 */
function follow(
  promise: Promise<unknown>,
  wanted: readonly unknown[],
): { last: Promise<unknown>; next: Next } {
  let last = promise
  for (;;) {
    if (wanted.includes(last)) return { last, next: last }
    const next = nextOf(last)
    if (next === undefined || next instanceof Adoption) return { last, next }
    last = next
  }
}

/** How many functions may call each other between a promise and the end of a handler. */
const DEEPEST = 100

/**
 * The functions that the stack of the microtask that runs now leads to after `fn`; undefined where one of them waits for several
 * things at once.
 */
function framesAfter(fn: object): NodeJS.CallSite[] | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = DEEPEST
    Error.prepareStackTrace = (_, sites) => sites
    const holder = { stack: [] as NodeJS.CallSite[] }
    Error.captureStackTrace(holder, fn as () => void)
    // Beneath may stand what runs the microtasks.
    const sites = holder.stack.filter((site) => site.isAsync())
    // `Promise.all`, `any` and the like have no place in a file.
    return sites.every((site) => !site.isPromiseAll() && site.getLineNumber() !== null) ? sites : undefined
  } catch {
    // Somebody has made them unchangeable, or put something else there.
    return undefined
  } finally {
    restore(prepareStackTrace, stackTraceLimit)
  }
}

/** Whether the first of the functions is `by`, told by identity, and no other is one of its name: it may call itself. */
function isAwaitOf(by: object, [first, ...others]: readonly NodeJS.CallSite[]): boolean {
  if (framesAfter(by)?.length !== others.length) return false
  const [name, file] = [first?.getFunctionName(), first?.getFileName()]
  return others.every((site) => site.getFunctionName() !== name || site.getFileName() !== file)
}

/**
 * Whether a function calls the `then` of `Promise.prototype` as a function of its own, as `then(call, …)` or `then.call(call, …)`. The promise of the
 * call does not see that, and what comes of it may have been given the resolve function of another promise: in a stack this looks just like
 * an `await`. Only the text of the function tells; a call of it elsewhere is not seen.
 */
function usesBorrowedThen(by: object): boolean {
  return BORROWED_THEN.test(Function.prototype.toString.call(by))
}

/** `then(`, `promiseThen(`, `PromisePrototypeThen(`, `x.then.call(`, `(0, x.then)(`, `Reflect.apply(`; not `call.then(`. */
const BORROWED_THEN =
  /(?<![\w$.#]|\.\s+)then\s*\(|(?:[\w$]Then|[_$]then)\s*\(|\bthen\s*\)\s*\(|\bthen\s*\??\.\s*(?:call|apply|bind)\b|\bReflect\s*\.\s*apply\b/

/**
 * Whether `outcome` is the promise that V8 has resolved with `promise`. That one hangs on an object of ours from now on, whose `then` is
 * called when V8 tells which promise it works on.
 */
async function isAdoptedBy(
  outcome: unknown,
  { resolve }: Adoption,
  promise: Promise<unknown>,
): Promise<boolean> {
  let current: unknown
  const stop = promiseHooks.onBefore((each) => {
    current = each
  }) as () => void
  return new NativePromise((tell) => {
    resolve({
      // biome-ignore lint/suspicious/noThenProperty: V8 calls it
      then(fulfil: (value: unknown) => void, reject: (error: unknown) => void) {
        tell(current === outcome)
        stop()
        NativePromise.prototype.then.call(promise, fulfil, reject)
      },
    })
  })
}

function restore(prepare: typeof Error.prepareStackTrace, limit: number): void {
  try {
    Error.prepareStackTrace = prepare
    Error.stackTraceLimit = limit
  } catch {
    // They were not changed, either.
  }
}

/**
 * Has `Promise.race` give a promise that such a stack does not lead through. Without that it is the one combination that
 * looks just like an `await`. In all else it is as it was. One that was taken before, or is of another realm, is not seen.
 */
export function markRaces(): void {
  if (Object.hasOwn(NativePromise.race, MARKED)) return
  const { race } = NativePromise
  const marked = {
    race<T>(this: PromiseConstructor, values: readonly T[]): Promise<Awaited<T>> {
      const first = race.call(this, values) as Promise<Awaited<T>>
      if (!types.isPromise(first)) return first
      return new this((resolve, reject) => {
        first.then(
          (value) => resolve(value),
          (error: unknown) => reject(error),
        )
      })
    },
  }.race
  Object.defineProperty(marked, MARKED, { value: true })
  const property = Object.getOwnPropertyDescriptor(NativePromise, 'race')
  if (property?.configurable === true || property?.writable === true) NativePromise.race = marked
}

const MARKED = Symbol.for('heartwood.race')
