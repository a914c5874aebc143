import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { measures } from '../../../test/measuring.js'
import type { CheckResult } from '../src/checks/check.js'
import { SqliteStore } from '../src/store/index.js'
import { escapeHtml } from '../src/web/html.js'
import type { WorkerView } from '../src/web/ports.js'
import { EventReader } from './event-reader.js'
import { findPostgres, startPostgres } from './postgres-cluster.js'
import { Program, START } from './program.js'

const TOKEN = 'the-token-of-the-operator'
const OPERATOR = { authorization: `Bearer ${TOKEN}` }
const postgres = findPostgres()

let folder: string
let programs: Program[]
let servers: Server[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-program-'))
  programs = []
  servers = []
})
afterEach(async () => {
  await Promise.all(programs.map((program) => program.end()))
  for (const server of servers) server.close().closeAllConnections()
  rmSync(folder, { recursive: true })
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

function start(environment: Readonly<Record<string, string>> = {}): Program {
  const program = new Program({
    PULSE_DATA: join(folder, 'data'),
    PULSE_OPERATOR_TOKEN: TOKEN,
    ...environment,
  })
  programs.push(program)
  return program
}

function list(targets: unknown): string {
  const file = join(folder, 'targets.json')
  writeFileSync(file, JSON.stringify(targets))
  return file
}

describe('the program', () => {
  it('shows something real at once when it is told nothing', async () => {
    const address = await start().ready()
    const stream = await EventReader.open(`${address}api/events`)
    // The machine may be too busy for the first one's limit.
    let result: unknown
    do result = await stream.next('result')
    while ((result as CheckResult).status === undefined)
    expect(result).toMatchObject({ up: true, status: 200 })
    stream.close()
    expect(await (await fetch(address)).text()).toContain('>steady</a></h3>')
  })

  it('loses nothing that was announced as stored to a kill -9', async () => {
    const url = await serve((_request, response) => response.end('ok'))
    const targets = ['one', 'two', 'three', 'four'].map((name) => ({ name, url, interval: 100 }))
    const settings = { PULSE_TARGETS: list(targets) }
    const announced: CheckResult[] = []

    for (let life = 0; life < 3; life++) {
      const program = start(settings)
      const stream = await EventReader.open(`${await program.ready()}api/events`)
      const wanted = announced.length + 20
      while (announced.length < wanted) announced.push(...((await stream.next('stored')) as CheckResult[]))
      program.kill('SIGKILL')
      expect(await program.exited).toEqual({ code: null, signal: 'SIGKILL' })
      // What was on its way when the program died was announced, too.
      announced.push(...((await stream.rest('stored')) as CheckResult[][]).flat())
    }

    const address = await start(settings).ready()
    for (const { name } of targets) {
      const history = await fetch(`${address}api/targets/${name}/history?limit=10000`)
      const { results } = (await history.json()) as { results: CheckResult[] }
      for (const result of announced.filter(({ target }) => target === name))
        expect(results).toContainEqual(result)
    }
  })

  it('ends in good order on SIGTERM, with checks in flight', async () => {
    let asked: () => void = () => {}
    const inFlight = new Promise<void>((resolve) => {
      asked = resolve
    })
    const silent = await serve((_request, _response) => asked())
    const quick = await serve((_request, response) => response.end('ok'))
    const program = start({
      PULSE_TARGETS: list([
        { name: 'quick', url: quick, interval: 86_400_000 },
        { name: 'silent', url: silent },
      ]),
    })
    const stream = await EventReader.open(`${await program.ready()}api/events`)
    await inFlight
    program.kill('SIGTERM')
    expect(await program.exited).toEqual({ code: 0, signal: null })
    await stream.ended()

    // A database that was closed has everything in its one file.
    expect(statSync(join(folder, 'data', 'pulse.sqlite-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0)
    const store = new SqliteStore(join(folder, 'data'))
    await store.migrate()
    expect(await store.recent('quick', 10)).toHaveLength(1)
    await store.close()
  })

  it('ends with npm, which passes a signal on no further than to its shell', async () => {
    const program = new Program({ PULSE_DATA: join(folder, 'data'), HOME: folder }, ['npm', 'start'])
    programs.push(program)
    const address = await program.ready()
    program.kill('SIGTERM')
    // It is over when nobody holds the output any more.
    await program.exited
    expect(program.output).toContain('SIGTERM: stopping')
    await expect(fetch(address)).rejects.toThrow()
  })

  it('reads the .env file of the folder that it is started from, by what npm start runs too', async () => {
    writeFileSync(join(folder, '.env'), 'PULSE_KEEP_DAYS=ever\n')
    const program = new Program({}, [process.execPath, START], folder)
    programs.push(program)
    expect((await program.exited).code).not.toBe(0)
    expect(program.output).toContain('.env: PULSE_KEEP_DAYS is "ever"')
  })

  it('takes an unhandled rejection for a crash of the process that it comes from', async () => {
    const address = await start().ready()
    const stream = await EventReader.open(`${address}api/operator/events`, OPERATOR)
    const pids = async () => {
      const { workers } = (await (await fetch(`${address}api/workers`, { headers: OPERATOR })).json()) as {
        workers: WorkerView[]
      }
      return new Map(workers.map((worker) => [worker.name, worker.pid]))
    }
    const before = await pids()
    await fetch(`${address}api/chaos/crash/status-collector?how=rejection`, {
      method: 'POST',
      headers: OPERATOR,
    })
    let fragment: { id: string; html: string }
    do fragment = (await stream.next('fragment')) as { id: string; html: string }
    while (
      fragment.id !== 'worker:status-collector' ||
      fragment.html.includes('restarting') ||
      fragment.html.includes(escapeHtml(before.get('status-collector') ?? ''))
    )
    stream.close()
    const after = await pids()
    expect([...after.keys()].filter((name) => after.get(name) !== before.get(name))).toEqual([
      'status-collector',
    ])
  })

  it.skipIf(postgres === undefined)(
    'checks on while PostgreSQL is away, and goes on storing after it',
    async () => {
      const cluster = await startPostgres(postgres ?? '')
      try {
        const address = await start({ DATABASE_URL: cluster.url }).ready()
        const stream = await EventReader.open(`${address}api/events`)
        await stream.next('stored')
        cluster.crash()
        await stream.next('result')
        // Another writer, which has never seen the database.
        await fetch(`${address}api/chaos/crash/history-writer`, { method: 'POST', headers: OPERATOR })
        const later = (await stream.next('result')) as CheckResult
        expect((await fetch(`${address}api/targets/${later.target}/history`)).status).toBe(503)
        cluster.revive()
        const stored: CheckResult[] = []
        // Of this target: those of others may be stored before.
        while (!stored.some(({ target, at }) => target === later.target && at >= later.at)) {
          stored.push(...((await stream.next('stored')) as CheckResult[]))
        }
        stream.close()
        const history = await fetch(`${address}api/targets/${later.target}/history`)
        expect(((await history.json()) as { results: CheckResult[] }).results).toContainEqual(
          stored.findLast(({ target }) => target === later.target),
        )
      } finally {
        cluster.stop()
      }
    },
  )

  it('does not start on a port in use, and says so', async () => {
    const port = new URL(await serve(() => {})).port
    const program = start({ PORT: port })
    expect((await program.exited).code).toBeGreaterThan(0)
    expect(program.output).toMatch(new RegExp(`EADDRINUSE.*127\\.0\\.0\\.1:${port}`))
  })

  it('does not start on a list that is wrong, and says what is', async () => {
    const program = start({
      PULSE_TARGETS: list([{ name: 'shop', url: 'https://shop.example/', interval: 'fast' }]),
    })
    expect((await program.exited).code).toBeGreaterThan(0)
    expect(program.output).toContain(
      'targets.json: targets[0].interval is "fast"; expected a whole number of milliseconds from 100 to 86400000',
    )
  })

  // Restarts count within five seconds of the machine: one that is too busy never spends them.
  measures('ends with an error when its restarts are spent', async () => {
    const program = start()
    const address = await program.ready()
    const crash = () =>
      fetch(`${address}api/chaos/crash/pub-sub`, { method: 'POST', headers: OPERATOR }).catch(() => undefined)
    let ended = false
    void program.exited.then(() => {
      ended = true
    })
    const enough = AbortSignal.timeout(30_000)
    while (!ended && !enough.aborted) await crash()
    expect(ended).toBe(true)
    expect((await program.exited).code).toBeGreaterThan(0)
  })
})
