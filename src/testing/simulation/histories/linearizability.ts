import { isList, rules } from '../../../kernel/index.js'
import { demand } from '../options.js'
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

/**
 * Looks for an order of the calls, each at one moment between its call and its answer, in which they return the same results.
 * It is the search of Wing and Gong (*Testing and verifying concurrent objects*, 1993), with Lowe's memory of tried states (*Testing for linearizability*, 2017): a set of
 * finished calls is tried once with the state that they lead to.
 *
 * @returns the order; undefined if there is none: the history is not linearizable
 */
export function linearize<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): readonly Operation<Input, Output>[] | undefined {
  const isHistory =
    isList(history) && history.every((each) => rules.isRecord(each) && typeof each.called === 'number')
  demand(isHistory, 'linearize', 'history', history, 'a list of calls')
  const isModel = rules.isRecord(model) && typeof model.apply === 'function'
  demand(isModel, 'linearize', 'model', model, 'a model, such as registerModel(0)')
  const calls = [...history].sort((a, b) => a.called - b.called)
  const done = new Array<boolean>(calls.length).fill(false)
  const order: number[] = []
  const states: State[] = [model.initial]
  const seen = new Set<string>()
  /** Where the search goes on at each depth. */
  const from: number[] = [0]
  while (from.length > 0) {
    const state = states.at(-1) as State
    if (calls.every((call, at) => done[at] || call.answered === Number.POSITIVE_INFINITY))
      return order.map((at) => calls[at] as Operation<Input, Output>)
    // Whatever is next was called before the first answer that is still to come.
    const limit = Math.min(...calls.map((call, at) => (done[at] ? Number.POSITIVE_INFINITY : call.answered)))
    let found = false
    for (let at = from.at(-1) as number; at < calls.length && !found; at++) {
      from[from.length - 1] = at + 1
      const call = calls[at] as Operation<Input, Output>
      if (done[at] || call.called > limit) continue
      const next = model.apply(state, call.input)
      const isKnown = call.answered !== Number.POSITIVE_INFINITY
      if (next === undefined || (isKnown && textOf(next.output) !== textOf(call.output))) continue
      done[at] = true
      const key = `${done.map((each) => (each ? 1 : 0)).join('')} ${model.key(next.state)}`
      if (seen.has(key)) {
        done[at] = false
        continue
      }
      seen.add(key)
      order.push(at)
      states.push(next.state)
      from.push(0)
      found = true
    }
    if (found) continue
    from.pop()
    states.pop()
    const last = order.pop()
    if (last !== undefined) done[last] = false
  }
  return undefined
}
