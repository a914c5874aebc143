import { type Clock, Deadline } from '../../kernel/index.js'
import { clusterError } from '../errors.js'

/** Asks an engine, for a limited time: a time-out means that it is not known what became of it. */
export class Requests {
  constructor(
    private readonly engine: string,
    private readonly clock: Clock,
    private readonly timeout: number,
  ) {}

  /** @throws ENGINE_TIMEOUT, and whatever the engine throws */
  ask<T>(request: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = new Deadline(this.clock, this.timeout, () =>
        reject(clusterError('ENGINE_TIMEOUT', { engine: this.engine, timeout: this.timeout, request })),
      )
      // An answer that comes after the time-out changes nothing: whoever asked has read back since.
      answerOf(work).then(
        (value) => {
          limit.stop()
          resolve(value)
        },
        (error: unknown) => {
          limit.stop()
          reject(error)
        },
      )
    })
  }
}

/** What an engine throws at once is a rejection, too. */
async function answerOf<T>(work: () => Promise<T>): Promise<T> {
  return work()
}
