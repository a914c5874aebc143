/**
 * Whether a handler waits for one promise and nothing else. Nobody is told when a promise is awaited; but V8 follows the
 * promises that hang on a settled one, up to the function that goes on in the end, for the stacks of errors. So the promise
 * is settled by way of an async function from now on, in which such a stack is taken: it shows all that is between the promise
 * and the end of the handler, as long as each of them has nobody but the next. What waits for several things at once
 * shows as such (`Promise.all`), or breaks the chain (`Promise.race`, see there; a promise that code settles by itself).
 */
import { types } from 'node:util'
import { NativePromise } from '../context/native-promise.js'

/** What settles a promise. */
export interface Settlers {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
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
 * Looks once at who waits for the promise that `settlers` settle.
 *
 * @param end what is settled when the handler is done
 * @param found called a few ticks later when nothing but the promise can have it go on
 * @returns what settles the promise from now on
 */
export function lookWhoAwaits({ resolve }: Settlers, end: Promise<unknown>, found: () => void): Settlers {
  const name = nameOf(end)
  let settlers: Settlers | undefined
  const later = new NativePromise((settle, reject) => {
    settlers = { resolve: settle, reject }
  })
  const way = async (): Promise<unknown> => {
    // Until the promise hangs on this function, and the end of the handler on its name.
    for (let tick = 0; tick < TICKS; tick++) await undefined
    if (leadsTo(name)) found()
    return later
  }
  resolve(way())
  return settlers as Settlers
}

const TICKS = 4

/** How many functions may call each other between a promise and the end of a handler. */
const DEEPEST = 100

/** Whether the stack of the microtask that runs now leads to that end, and by nothing that waits for several things. */
function leadsTo(name: string): boolean {
  const { prepareStackTrace, stackTraceLimit } = Error
  try {
    Error.stackTraceLimit = DEEPEST
    Error.prepareStackTrace = (_, sites) => sites
    const sites = new Error().stack as unknown as NodeJS.CallSite[]
    return (
      sites.at(-1)?.getFunctionName() === name &&
      // `Promise.all`, `any` and the like have no place in a file.
      sites.every((site) => !site.isPromiseAll() && (!site.isAsync() || site.getLineNumber() !== null))
    )
  } catch {
    // Somebody has made them unchangeable, or put something else there.
    return false
  } finally {
    restore(prepareStackTrace, stackTraceLimit)
  }
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
