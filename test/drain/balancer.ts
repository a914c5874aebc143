/** The little of a load balancer that a stop needs: it asks whether the instance is ready, and sends it nobody new when it is not. */
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { Elsewhere } from './tally.js'

/** Milliseconds between two probes. */
const PERIOD = 50

export class Balancer {
  #sends = true

  /** Throws when the instance gets no new connections. What has one uses it until it is told that it ends. */
  readonly admit = (): void => {
    if (!this.#sends) throw new Elsewhere('the instance is not ready')
  }

  /** Asks until the instance is not ready. */
  async probe(port: number): Promise<void> {
    while (this.#sends) {
      this.#sends = await isReady(port).catch(() => false)
      await wait(PERIOD)
    }
  }
}

async function isReady(port: number): Promise<boolean> {
  const [response] = (await once(
    get({ host: '127.0.0.1', port, path: '/readyz', agent: false }),
    'response',
  )) as [IncomingMessage]
  response.resume()
  return response.statusCode === 200
}
