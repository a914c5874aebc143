/**
 * The `#private` fields of objects, which no JavaScript outside their class can read. Node's inspector can, from inside
 * the program: a session of the same thread lists them with their values, without running code of the object.
 *
 * A session is open while one value is looked at, and no longer. While one is open, Node hands each `console.log` to
 * it as well, which keeps the last thousand of what was logged and triples its price. Opening one takes 0.1 ms, as does a read.
 */
import { inspect, types } from 'node:util'
import { SystemClock } from '../clock.js'
import { InspectorSession, type PrivateField, textOf } from './inspector-session.js'
import { Allowance } from './rate-allowance.js'
import { isObject, ownData } from './safe-read.js'

/** Reads a second: a storm of crashes must stay cheap. */
const A_SECOND = 200
/** And a twentieth of the time: each millisecond that a read takes counts as so many more. One of a long text takes many. */
const A_MILLISECOND = 4

/** The inspector lists public properties along, at up to 40 µs each. */
const MOST_KEYS = 100
/** And writes out texts, at 30 ms a million characters. Those in private fields are not known beforehand. */
const LONGEST_TEXTS = 100_000

const LONGEST_CHAIN = 100

/** What was found: a base class's fields come first. With a note, they are not all there, or none is. */
export interface PrivateFieldsOf {
  readonly fields: readonly PrivateField[]
  readonly note?: string
}

const NONE: PrivateFieldsOf = { fields: [] }

const clock = new SystemClock()
const allowance = new Allowance(clock, A_SECOND)

/** How many want them hidden. */
let hiddenBy = 0

/** Has no private field of any object shown until this is disposed of. */
export function hidePrivateFields(): Disposable {
  let inForce = true
  hiddenBy++
  return {
    [Symbol.dispose]: () => {
      if (inForce) hiddenBy--
      inForce = false
    },
  }
}

/** A look at the private fields of what one value holds. `close` ends it. */
export class PrivateFields {
  #session: InspectorSession | undefined

  /** @param left how many objects may be read */
  constructor(private left: number) {}

  /**
   * The private fields of an object. A class that says itself how it is shown, by a `toJSON` or `util.inspect.custom`,
   * keeps them to itself: it may be one that hides something.
   *
   * @param keys how many enumerable properties it has of its own
   */
  of(value: object, keys: number): PrivateFieldsOf {
    if (this.left <= 0 || hiddenBy > 0 || !mayHaveSome(value)) return NONE
    if (isDear(value, keys)) return noted('it has too much beside them')
    if (InspectorSession.refusal !== undefined) return noted(refusal())
    if (!allowance.take()) return noted('too many objects were looked at just now')
    this.left--
    const cost = new Cost()
    try {
      this.#session ??= InspectorSession.open()
      return this.#session === undefined ? noted(refusal()) : { fields: this.#session.fieldsOf(value) }
    } catch (error) {
      return noted(textOf(error))
    } finally {
      allowance.owe(cost.milliseconds * A_MILLISECOND)
    }
  }

  close(): void {
    this.#session?.close()
    this.#session = undefined
  }
}

/** A private field that could not be given to another object. */
export interface PrivateFieldLost {
  readonly field: string
  readonly reason: string
}

/**
 * Gives an object the private fields that another has under the same names, which need not be of the same class: for an object of new
 * code that takes over from one of the old. A name that it does not have is left out.
 *
 * @param stays whether a field of `to` keeps the value that it has
 * @returns the first that could not be given; no later one was
 */
export function carryPrivateFields(
  from: object,
  to: object,
  stays: (name: string, value: unknown) => boolean,
): PrivateFieldLost | undefined {
  if (!anyMentions(from) || !anyMentions(to)) return undefined
  const session = InspectorSession.refusal === undefined ? InspectorSession.open() : undefined
  if (session === undefined)
    return { field: '…', reason: InspectorSession.refusal ?? 'there is no inspector' }
  try {
    const held = session.fieldsOf(from)
    const own = session.fieldsOf(to).filter(({ name, value }) => !stays(`#${name}`, value))
    const carried = held.filter(({ name }) => own.some((each) => each.name === name))
    for (const { name, value } of carried) session.setField(to, name, value)
    const after = session.fieldsOf(to)
    const lost = carried.find(({ name, value }) => !after.some((each) => isThat(each, name, value)))
    const twice = carried.find(({ name }, at) => carried.findIndex((each) => each.name === name) !== at)
    if (twice !== undefined)
      return { field: twice.name, reason: 'a class and a base of it have one of that name' }
    return lost && { field: lost.name, reason: 'the inspector did not write it' }
  } catch (error) {
    return { field: '…', reason: textOf(error) }
  } finally {
    session.close()
  }
}

function isThat(field: PrivateField, name: string, value: unknown): boolean {
  return field.name === name && Object.is(field.value, value)
}

function refusal(): string {
  return `${InspectorSession.refusal}; formatStatus can show them`
}

function noted(why: string): PrivateFieldsOf {
  return { fields: [], note: `private fields are not shown: ${why}` }
}

/** Time that this thread spent. A busy machine adds to the time that passes, other threads to that of the processor. */
class Cost {
  readonly #begin = clock.now()
  readonly #used = process.cpuUsage()

  get milliseconds(): number {
    const { user, system } = process.cpuUsage(this.#used)
    return Math.min(clock.now() - this.#begin, (user + system) / 1_000)
  }
}

/** Whether a `#` stands in the text of a class. */
const mentioning = new WeakMap<object, boolean>()

function mentions(maker: object): boolean {
  const known = mentioning.get(maker)
  if (known !== undefined) return known
  const found = Function.prototype.toString.call(maker).includes('#')
  mentioning.set(maker, found)
  return found
}

function mayHaveSome(value: object): boolean {
  let some = false
  let at: unknown = value
  for (let steps = 0; isObject(at) && steps < LONGEST_CHAIN; steps++) {
    // A prototype that is a proxy may run code for each question.
    if (at === Object.prototype) break
    if (types.isProxy(at) || Object.hasOwn(at, 'toJSON') || Object.hasOwn(at, inspect.custom)) return false
    const maker = at === value ? undefined : ownData(at, 'constructor')
    some ||= typeof maker === 'function' && mentions(maker)
    at = Object.getPrototypeOf(at)
  }
  return some
}

/** Whether a class of the object has a `#` in its text, also one that hides what it has. */
function anyMentions(value: object): boolean {
  let at: unknown = value
  for (let steps = 0; isObject(at) && at !== Object.prototype && steps < LONGEST_CHAIN; steps++) {
    const maker = at === value ? undefined : ownData(at, 'constructor')
    if (typeof maker === 'function' && mentions(maker)) return true
    at = Object.getPrototypeOf(at)
  }
  return false
}

/** Objects with many keys, which are not counted twice. */
const dear = new WeakSet<object>()

function isDear(value: object, keys: number): boolean {
  if (keys > MOST_KEYS || dear.has(value)) return true
  const all = Reflect.ownKeys(value)
  if (all.length > MOST_KEYS) {
    dear.add(value)
    return true
  }
  let length = 0
  for (const key of all) {
    const held = ownData(value, key)
    if (typeof held === 'string') length += held.length
  }
  return length > LONGEST_TEXTS
}
