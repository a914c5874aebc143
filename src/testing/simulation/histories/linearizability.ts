import { checkKnown, isList, rules } from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import { checkCount, demand } from '../options.js'
import { type Model, textOf } from './models.js'

/** A call of an object: the time of the call, the time of its answer, and the answer. */
export interface Operation<Input, Output> {
  readonly client: string
  readonly input: Input
  /** A number in the order of events. */
  readonly called: number
  /** A number in the order of events; Infinity without an answer: the call may have taken effect at any time since, or never. */
  readonly answered: number
  /** The answer, if there was one. */
  readonly output?: Output
}

/** The options of a search for an order of calls. */
export interface LinearizeOptions {
  /** The highest number of sets of finished calls, with the state that each leads to, that are looked at. Default 1,000,000. */
  readonly states?: number
}

const MOST_STATES = 1_000_000

/**
 * Looks for an order of the calls, each at one moment between its call and its answer, in which they return the same results.
 * It is the search of Wing and Gong (*Testing and verifying concurrent objects*, 1993), with Lowe's memory of tried states (*Testing for linearizability*, 2017): a set of
 * finished calls is tried once with the state that they lead to.
 *
 * @param options `states`: after so many such pairs the search gives up. Default 1,000,000
 * @returns the order; undefined if there is none: the history is not linearizable
 * @throws SIMULATION_UNDECIDED when the search gives up; SIMULATION_OPTION
 */
export function linearize<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
  options: LinearizeOptions = {},
): readonly Operation<Input, Output>[] | undefined {
  const isHistory =
    isList(history) && history.every((each) => rules.isRecord(each) && typeof each.called === 'number')
  demand(isHistory, 'linearize', 'history', history, 'a list of calls')
  const isModel = rules.isRecord(model) && typeof model.apply === 'function'
  demand(isModel, 'linearize', 'model', model, 'a model, such as registerModel(0)')
  checkKnown('linearize', options, ['states'])
  const { states: most = MOST_STATES } = options
  checkCount('linearize', 'states', most, 1)
  const moments = momentsOf(history)
  const finished = new FinishedCalls(history)
  const seen = new Set<string>()
  const states: State[] = [model.initial]
  const order: Moment<Operation<Input, Output>>[] = []
  let next = moments.next
  while (finished.answersLeft > 0) {
    if (next?.isCall === true) {
      const after = resultOf(model, states.at(-1) as State, next)
      if (after !== undefined && isNew(seen, finished.with(next), model.key(after.state))) {
        if (seen.size > most) throw undecided(history.length, most)
        states.push(after.state)
        order.push(next)
        takeOut(next)
        next = moments.next
      } else {
        if (after !== undefined) finished.without(next)
        next = next.next
      }
      continue
    }
    // Nothing that was called before this answer comes next: what was taken last does not.
    const last = order.pop()
    if (last === undefined) return undefined
    states.pop()
    finished.without(last)
    putBack(last)
    next = last.next
  }
  return order.map(({ call }) => call)
}

/** A call, or its answer, in a list in the order of time. */
interface Moment<Call> {
  readonly call: Call
  /** The place of the call among all that have an answer, or among all that have none. */
  readonly place: number
  readonly isCall: boolean
  /** What a call gave, in words. */
  readonly text: string | undefined
  /** Of a call. */
  readonly answer: Moment<Call> | undefined
  before: { next: Moment<Call> | undefined }
  next: Moment<Call> | undefined
}

const isAnswered = ({ answered }: Operation<unknown, unknown>): boolean =>
  answered !== Number.POSITIVE_INFINITY

/** @returns the first, as what is next of nothing */
function momentsOf<Call extends Operation<unknown, unknown>>(
  history: readonly Call[],
): { next: Moment<Call> | undefined } {
  const counts = { answered: 0, open: 0 }
  const all: { at: number; moment: Moment<Call> }[] = []
  const first: { next: Moment<Call> | undefined } = { next: undefined }
  for (const call of [...history].sort((a, b) => a.called - b.called)) {
    const common = { call, before: first, next: undefined }
    const place = isAnswered(call) ? counts.answered++ : counts.open++
    const answer = isAnswered(call)
      ? { ...common, place, isCall: false, text: undefined, answer: undefined }
      : undefined
    const text = answer && textOf(call.output)
    all.push({ at: call.called, moment: { ...common, place, isCall: true, text, answer } })
    if (answer !== undefined) all.push({ at: call.answered, moment: answer })
  }
  // At the same time they overlap.
  all.sort((a, b) => a.at - b.at || Number(b.moment.isCall) - Number(a.moment.isCall))
  let before: Moment<Call>['before'] = first
  for (const { moment } of all) {
    moment.before = before
    before.next = moment
    before = moment
  }
  return first
}

function takeOut(call: Moment<unknown>): void {
  for (const each of [call, call.answer]) {
    if (each === undefined) continue
    each.before.next = each.next
    if (each.next !== undefined) each.next.before = each.before
  }
}

/** The last that was taken out. */
function putBack(call: Moment<unknown>): void {
  for (const each of [call.answer, call]) {
    if (each === undefined) continue
    each.before.next = each
    if (each.next !== undefined) each.next.before = each
  }
}

function resultOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { call, text }: Moment<Operation<Input, Output>>,
): { readonly state: State } | undefined {
  const after = model.apply(state, call.input)
  return after === undefined || (text !== undefined && textOf(after.output) !== text) ? undefined : after
}

function isNew(seen: Set<string>, finished: string, state: string): boolean {
  const before = seen.size
  return seen.add(`${finished} ${state}`).size > before
}

/** Which calls are finished, in few signs: all that have an answer up to the first that is not finished, and single ones behind it. */
class FinishedCalls {
  answersLeft: number
  readonly #answered: Uint8Array
  readonly #open: Uint8Array
  /** The first of those with an answer that is not finished. */
  #first = 0
  /** How many of those without an answer are finished. */
  #openCount = 0

  constructor(history: readonly Operation<unknown, unknown>[]) {
    this.answersLeft = history.filter(isAnswered).length
    this.#answered = new Uint8Array(this.answersLeft)
    this.#open = new Uint8Array(history.length - this.answersLeft)
  }

  /** @returns all of them, as a text */
  with({ place, answer }: Moment<unknown>): string {
    if (answer === undefined) {
      this.#open[place] = 1
      this.#openCount++
    } else {
      this.#answered[place] = 1
      this.answersLeft--
      while (this.#answered[this.#first] === 1) this.#first++
    }
    // Behind the first there are as many as are finished and not in front of it.
    const count = this.#answered.length - this.answersLeft - this.#first
    const behind = placesIn(this.#answered, this.#first, count)
    const open = placesIn(this.#open, 0, this.#openCount)
    return `${this.#first},${behind.length},${open.length},${behind}${open}`
  }

  without({ place, answer }: Moment<unknown>): void {
    if (answer === undefined) {
      this.#open[place] = 0
      this.#openCount--
    } else {
      this.#answered[place] = 0
      this.answersLeft++
      this.#first = Math.min(this.#first, place)
    }
  }
}

/** The places of `count` bits that are set, counted from `from`, in 16 bits a sign. */
function placesIn(bits: Uint8Array, from: number, count: number): string {
  let text = ''
  for (let at = from, left = count; left > 0; ) {
    let sign = 0
    for (let bit = 0; bit < 16; bit++, at++) {
      if (bits[at] !== 1) continue
      sign |= 1 << bit
      left--
    }
    text += String.fromCharCode(sign)
  }
  return text
}

function undecided(calls: number, states: number): Error {
  return simulationError('SIMULATION_UNDECIDED', { calls, states })
}
