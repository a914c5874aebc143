import { AsyncLocalStorage } from 'node:async_hooks'

const context = new AsyncLocalStorage<object>()

/** Runs a floor in an async context, by which a program tells whose code runs after an `await`. */
export function inContext<T>(run: () => Promise<T>): Promise<T> {
  return context.run({}, run)
}
