import { Call, GenServer, HeartwoodError, sleep, spawn, start } from 'heartwood'
import type { Program } from 'heartwood/testing'

@GenServer()
class Counter {
  #count = 0

  @Call() get(): number {
    return this.#count
  }

  @Call() set(count: number): void {
    this.#count = count
  }
}

/** Three clients that read a counter and write it; what the counter says in the end. */
export const race: Program<number> = async () => {
  const counter = await start(Counter)
  const client = async (): Promise<void> => counter.call.set((await counter.call.get()) + 1)
  for (let each = 0; each < 3; each++) spawn(client, { label: 'client' })
  await sleep(10)
  return counter.call.get()
}

/** The coded error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<HeartwoodError> {
  try {
    await promise
  } catch (error) {
    if (HeartwoodError.is(error)) return error
    throw error
  }
  throw new Error('expected a failure, but it succeeded')
}
