import type { OwnServer } from './own-server.js'

/** What an engine runs on, as the checks hurt it. */
export interface EngineServers {
  /** Where nodes reach it. */
  readonly port: number
  /** SIGKILL. */
  kill(): Promise<void>
  /** Resolves when it answers. */
  start(): Promise<void>
  /** SIGSTOP, as a machine that hangs. */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

/** A database that nodes reach through a pooler: the database is what is hurt. */
export class Pooled implements EngineServers {
  constructor(
    private readonly database: OwnServer,
    private readonly pooler: OwnServer,
  ) {}

  get port(): number {
    return this.pooler.port
  }

  kill(): Promise<void> {
    return this.database.kill()
  }

  async start(): Promise<void> {
    await this.database.start()
    await this.pooler.answers()
  }

  freeze(): void {
    this.database.freeze()
  }

  thaw(): void {
    this.database.thaw()
  }

  async remove(): Promise<void> {
    await this.pooler.remove()
    await this.database.remove()
  }
}

/** Several servers that are one engine: all of them are hurt, or one by its name. */
export class Several implements EngineServers {
  constructor(readonly servers: ReadonlyMap<string, OwnServer>) {}

  get port(): number {
    return this.ports[0] as number
  }

  get ports(): readonly number[] {
    return [...this.servers.values()].map(({ port }) => port)
  }

  async kill(): Promise<void> {
    await this.#each((server) => server.kill())
  }

  async start(): Promise<void> {
    await this.#each((server) => server.start())
  }

  freeze(): void {
    for (const server of this.servers.values()) server.freeze()
  }

  thaw(): void {
    for (const server of this.servers.values()) server.thaw()
  }

  async remove(): Promise<void> {
    await this.#each((server) => server.remove())
  }

  async #each(work: (server: OwnServer) => Promise<void>): Promise<void> {
    await Promise.all([...this.servers.values()].map(work))
  }
}
