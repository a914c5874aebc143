import { began, perOperation, type Sample } from '../harness/sample.js'

class Careless {
  readonly #up: (careless: Careless) => void

  constructor(up: (careless: Careless) => void) {
    this.#up = up
  }

  start(): this {
    this.#up(this)
    return this
  }

  crash(): void {
    throw new Error('oops')
  }
}

/** As deep as a stack trace is long: below a handler there is always as much. */
const DEPTH = Error.stackTraceLimit

/** A method throws a new error; a new object of the class takes the place of the old one. Nobody reads the stack. */
export async function work(size: number): Promise<Sample> {
  let current: Careless | undefined
  const up = (careless: Careless): void => {
    current = careless
  }
  const handled = (): boolean => {
    try {
      current?.crash()
      return false
    } catch (error) {
      return error instanceof Error
    }
  }
  const below = (frames: number): boolean => (frames === 0 ? handled() : below(frames - 1))
  let counted = 0
  const start = began()
  new Careless(up).start()
  for (let i = 0; i < size; i++) {
    if (below(DEPTH)) counted++
    new Careless(up).start()
    if (i % 100 === 99) await undefined
  }
  return perOperation(start, counted)
}
