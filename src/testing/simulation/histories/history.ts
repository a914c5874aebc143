import { printed } from '../../../kernel/index.js'
import { simulationError } from '../errors.js'
import { demandFunction, demandText } from '../nodes/node-arguments.js'
import { linearize, type Operation } from './linearizability.js'
import type { Model } from './models.js'

/** Calls that are told in a failure, the last ones. */
const TOLD = 30

type Noted<T> = { -readonly [K in keyof T]: T[K] }

/** The calls of an object that several processes use, with their results and their order. */
export class CallHistory<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #operations: Noted<Operation<Input, Output>>[] = []
  #moment = 0

  /** Made by `sim.history`. @internal */
  constructor(model: Model<State, Input, Output>) {
    this.#model = model
  }

  get operations(): readonly Operation<Input, Output>[] {
    return this.#operations
  }

  /**
   * Records a call. A call that rejects may have taken effect, may take effect later, or never: its caller cannot know.
   *
   * @param client the name of the caller, for people
   * @returns the result of `work`
   */
  async call(client: string, input: Input, work: () => Output | PromiseLike<Output>): Promise<Output> {
    demandText('history.call', 'client', client)
    demandFunction('history.call', 'work', work)
    const operation: Noted<Operation<Input, Output>> = {
      client,
      input,
      called: this.#next(),
      answered: Number.POSITIVE_INFINITY,
    }
    this.#operations.push(operation)
    const output = await work()
    operation.output = output
    operation.answered = this.#next()
    return output
  }

  /**
   * Checks that all calls could have been done one at a time, in an order that keeps calls that did not overlap apart.
   *
   * @throws SIMULATION_NOT_LINEARIZABLE
   */
  check(): void {
    if (linearize(this.#operations, this.#model) !== undefined) return
    const calls = this.#operations.slice(-TOLD).map((each) => {
      const isKnown = each.answered !== Number.POSITIVE_INFINITY
      const end = isKnown ? `${each.answered}: ${printed(each.output)}` : 'no answer'
      return `  ${each.client} ${printed(each.input)}, from ${each.called} to ${end}`
    })
    throw simulationError('SIMULATION_NOT_LINEARIZABLE', { model: this.#model.name, calls: calls.join('\n') })
  }

  #next(): number {
    this.#moment++
    return this.#moment
  }
}
