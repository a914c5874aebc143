/** Clients of every kind that use the servers until those are gone. */
import type { Client, Site } from './client.js'
import { agentClient, lateClient, pipeliningClient, undiciClient } from './http-clients.js'
import { http2Client, webSocketClient } from './session-clients.js'

const CLIENTS: readonly Client[] = [
  agentClient('http', 'small'),
  agentClient('http', 'small'),
  agentClient('http', 'big'),
  agentClient('http', 'upload'),
  agentClient('https', 'small'),
  agentClient('https', 'big'),
  agentClient('fastify', 'small'),
  agentClient('fastify', 'upload'),
  undiciClient(1),
  undiciClient(8),
  pipeliningClient,
  lateClient,
  http2Client('small', 1),
  http2Client('upload', 1),
  http2Client('small', 4),
  webSocketClient,
]

/** All clients at work. */
export class Load {
  readonly #running: Client[] = [...CLIENTS]
  /** Resolves when no client finds a server any more. */
  readonly ended: Promise<void>

  constructor(site: Site) {
    this.ended = Promise.all(CLIENTS.map((client) => this.#run(client, site))).then(() => {})
  }

  /** Which kinds of client still wait for something. */
  get running(): readonly string[] {
    return this.#running.map(({ kind }) => kind)
  }

  async #run(client: Client, site: Site): Promise<void> {
    await client.run(site)
    this.#running.splice(this.#running.indexOf(client), 1)
  }
}
