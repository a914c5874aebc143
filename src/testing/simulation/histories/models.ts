import { inspect } from 'node:util'

/** The behaviour of an object that is used by one process at a time. A history of calls is compared with it. */
export interface Model<State, Input, Output> {
  readonly name: string
  readonly initial: State
  /**
   * Returns the result of a call, and the state after it. It must not change a state in place.
   *
   * @returns undefined if the recorded result is not possible in this state
   */
  apply(state: State, input: Input): { readonly state: State; readonly output: Output } | undefined
  /** Returns the same text for equal states. */
  key(state: State): string
}

export type RegisterInput<T> =
  | { readonly op: 'read' }
  | { readonly op: 'write'; readonly value: T }
  /** Gives whether it was there and is replaced. */
  | { readonly op: 'compareAndSet'; readonly expected: T; readonly value: T }

/** A value that is read and written: `{ op: 'read' }`, `{ op: 'write', value }`, `{ op: 'compareAndSet', expected, value }`. */
export function registerModel<T>(initial: T): Model<T, RegisterInput<T>, T | boolean | undefined> {
  return {
    name: 'a register',
    initial,
    apply(state, input) {
      if (input.op === 'read') return { state, output: state }
      if (input.op === 'write') return { state: input.value, output: undefined }
      const isThere = textOf(state) === textOf(input.expected)
      return { state: isThere ? input.value : state, output: isThere }
    },
    key: textOf,
  }
}

export interface LockInput {
  readonly op: 'acquire' | 'release'
  readonly by: string
}

/** A lock: `{ op: 'acquire', by }` returns whether it was free, `{ op: 'release', by }` whether `by` held it. */
export function lockModel(): Model<string | undefined, LockInput, boolean> {
  return {
    name: 'a lock',
    initial: undefined,
    apply(owner, { op, by }) {
      if (op === 'acquire') return { state: owner ?? by, output: owner === undefined }
      return { state: owner === by ? undefined : owner, output: owner === by }
    },
    key: (owner) => owner ?? '',
  }
}

export type QueueInput<T> = { readonly op: 'enqueue'; readonly value: T } | { readonly op: 'dequeue' }

/** A queue: `{ op: 'enqueue', value }` returns undefined, `{ op: 'dequeue' }` the oldest value, or undefined if the queue is empty. */
export function queueModel<T>(): Model<readonly T[], QueueInput<T>, T | undefined> {
  return {
    name: 'a queue',
    initial: [],
    apply(state, input) {
      if (input.op === 'enqueue') return { state: [...state, input.value], output: undefined }
      return { state: state.slice(1), output: state[0] }
    },
    key: textOf,
  }
}

const WHOLE = {
  depth: Infinity,
  maxArrayLength: Infinity,
  maxStringLength: Infinity,
  breakLength: Infinity,
  sorted: true,
} as const

/** The same for values that are the same; JSON would take each map, set and missing value for one. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  const isPlain = typeof value === 'number' || typeof value === 'boolean' || value === undefined
  return isPlain && !Object.is(value, -0) ? String(value) : inspect(value, WHOLE)
}
