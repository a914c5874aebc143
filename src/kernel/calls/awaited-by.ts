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

/** The two functions that settle a promise. */
export interface Settlers {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A handler that has not ended: a promise that settles when it ends, and what is known of its function. */
export interface Waiting {
  readonly end: Promise<unknown>
  readonly handling: { readonly by: object; readonly outcome: unknown } | undefined
}

/** The names under which the ends of handlers appear in stacks, by the promise of the end. Each name has a number of its own. */
const ends = new WeakMap<Promise<unknown>, string>()
let count = 0

/** Returns the name of the end of a handler, by which it is found in a stack; makes one if it has none. */
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
 * Looks once who waits for a promise.
 *
 * @param found called now or a few ticks later if nothing but the promise can let the handler continue
 * @returns the functions that settle the promise from now on
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
    // By then the promise waits for this function, and the end of the handler for its name.
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
 * Follows the promises that are known to be derived from one another.
 *
 * @returns the last promise, and what waits for it as far as is known: the promise that V8 resolved with it, nothing, or the promise itself
 * if it is one of `wanted`
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

/** The most async functions that may call each other between a promise and the end of a handler. */
const DEEPEST = 100

/**
 * Returns the functions that follow `fn` in the async stack of the current microtask; `undefined` if one of them waits for several things
 * at once.
 */
function framesAfter(fn: object): NodeJS.CallSite[] | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = DEEPEST
    Error.prepareStackTrace = (_, sites) => sites
    const holder = { stack: [] as NodeJS.CallSite[] }
    Error.captureStackTrace(holder, fn as () => void)
    // Below them there may be the code that runs the microtasks.
    const sites = holder.stack.filter((site) => site.isAsync())
    // `Promise.all`, `Promise.any` and the like have no line in a file.
    return sites.every((site) => !site.isPromiseAll() && site.getLineNumber() !== null) ? sites : undefined
  } catch {
    // Other code has made these properties read-only, or replaced them.
    return undefined
  } finally {
    restore(prepareStackTrace, stackTraceLimit)
  }
}

/** Whether the first function is `by`, compared by identity, and no other function has its name: it may call itself. */
function isAwaitOf(by: object, [first, ...others]: readonly NodeJS.CallSite[]): boolean {
  if (framesAfter(by)?.length !== others.length) return false
  const [name, file] = [first?.getFunctionName(), first?.getFileName()]
  return others.every((site) => site.getFunctionName() !== name || site.getFileName() !== file)
}

/**
 * Whether a function calls a borrowed `then` of `Promise.prototype`, as `then(call, …)` or `then.call(call, …)`. The promise of the call
 * does not notice that, and the derived promise may have been given the resolve function of another promise: in a stack this looks just
 * like an `await`. Only the text of the function shows it; a borrowed `then` in another function is not found.
 */
function usesBorrowedThen(by: object): boolean {
  return BORROWED_THEN.test(Function.prototype.toString.call(by))
}

/** `then(`, `promiseThen(`, `PromisePrototypeThen(`, `x.then.call(`, `(0, x.then)(`, `Reflect.apply(`; not `call.then(`. */
const BORROWED_THEN =
  /(?<![\w$.#]|\.\s+)then\s*\(|(?:[\w$]Then|[_$]then)\s*\(|\bthen\s*\)\s*\(|\bthen\s*\??\.\s*(?:call|apply|bind)\b|\bReflect\s*\.\s*apply\b/

/**
 * Whether `outcome` is the promise that V8 has resolved with `promise`. For the test it is resolved with an object of ours instead. V8
 * calls the `then` of that object, and a hook tells for which promise it does so.
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
    // Then they were not changed before, either.
  }
}

/**
 * Makes `Promise.race` return a promise through which such a stack does not lead. Otherwise it would be the one combination that looks just
 * like an `await`. It is unchanged in all else. A `race` that code kept before, or that belongs to another realm, is not replaced.
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
