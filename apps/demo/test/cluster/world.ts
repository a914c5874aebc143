import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep } from 'heartwood'
import type { Alert } from '../../src/alerts/alert.js'
import { Program } from '../program.js'

export const INSTANCES = ['a', 'b', 'c'] as const
export type Name = (typeof INSTANCES)[number]
export const TARGETS = ['shop', 'forum', 'mail', 'wiki', 'blog', 'shelf'] as const
/** Milliseconds. */
export const LEASE = 3_000
export const INTERVAL = 400

/** What is watched, and who is told: each instance asks at an address of its own, so that one can tell who it was. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'pulse-cluster-'))
  readonly programs = new Map<Name, Program>()
  /** The target that is down. */
  ill: string | undefined
  readonly alerts: Alert[] = []
  /** When each instance asked for each target last, in epoch milliseconds. */
  readonly asked = new Map<string, number>()
  #server: Server | undefined
  #url = ''

  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    mkdirSync(this.folder, { recursive: true })
    for (const name of INSTANCES) {
      const targets = TARGETS.map((target) => ({
        name: target,
        url: `${this.#url}/${target}/${name}`,
        interval: INTERVAL,
        timeout: 5_000,
        status: '2xx',
      }))
      writeFileSync(this.#listOf(name), JSON.stringify(targets))
    }
  }

  #listOf(name: Name): string {
    return join(this.folder, `${name}.json`)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, target = '', name = ''] = (request.url ?? '').split('/')
    if (target === 'hook') {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece as Buffer)
      this.alerts.push(JSON.parse(Buffer.concat(pieces).toString('utf8')))
      response.end()
      return
    }
    this.asked.set(`${target}/${name}`, Date.now())
    response.writeHead((target === this.ill ? 500 : 200) + INSTANCES.indexOf(name as Name)).end()
  }

  /** Resolves when its page is there. A start that fails on a busy machine is made again, as whatever runs it would. */
  async start(name: Name): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#start(name)
        return
      } catch (error) {
        if (attempt === 3) throw error
        console.log(`   ${name} did not start; once more`)
      }
    }
  }

  async #start(name: Name): Promise<void> {
    const program = new Program({
      ...this.environment,
      PULSE_TARGETS: this.#listOf(name),
      PULSE_CLUSTER_LEASE: String(LEASE),
      PULSE_ALERT_WEBHOOKS: `${this.#url}/hook`,
      PULSE_DATA: join(this.folder, name),
      PULSE_OPERATOR_TOKEN: 'the-token-of-the-operator',
    })
    this.programs.set(name, program)
    await program.ready()
  }

  program(name: Name): Program {
    const program = this.programs.get(name)
    if (program === undefined) throw new Error(`${name} does not run`)
    return program
  }

  get running(): readonly Name[] {
    return [...this.programs.keys()]
  }

  /** Who has asked for a target since then. */
  checkers(target: string, since: number): readonly Name[] {
    return INSTANCES.filter((name) => (this.asked.get(`${target}/${name}`) ?? 0) >= since)
  }

  /** Waits until it is so. @returns after how many milliseconds */
  async until(what: string, holds: () => boolean | Promise<boolean>, within: number): Promise<number> {
    const begun = Date.now()
    while (!(await holds())) {
      if (Date.now() - begun > within) throw new Error(`within ${within} ms it is not so: ${what}`)
      await sleep(25)
    }
    return Date.now() - begun
  }

  async close(): Promise<void> {
    for (const program of this.programs.values()) {
      program.kill('SIGCONT')
      await program.end()
    }
    this.#server?.closeAllConnections()
    this.#server?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
