import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { findPostgres, startPostgres } from '../../apps/demo/test/postgres-cluster.js'
import { PROGRAMS, type Program, recordOf, settled } from '../../examples/programs.js'

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url))

function run(program: Program, env: Record<string, string> = {}): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(EXAMPLES, 'dist', `${program.name}.js`), ...program.arguments],
      { env: { PATH: process.env.PATH, ...env }, timeout: 110_000 },
      (error, stdout) => (error === null ? resolve(settled(stdout, program)) : reject(error)),
    )
  })
}

const data = mkdtempSync(join(tmpdir(), 'heartwood-examples-test-'))
afterAll(() => rmSync(data, { recursive: true }))
const folder = (): string => mkdtempSync(join(data, 'one-'))

describe('each example prints what its twin printed on Elixir', () => {
  for (const program of PROGRAMS) {
    it.concurrent([program.name, ...program.arguments].join(' '), async () => {
      const recorded = readFileSync(join(EXAMPLES, 'elixir', recordOf(program)), 'utf8')
      expect(await run(program, { DATA: folder(), ROUND_TRIP: '0' })).toEqual(recorded.trimEnd().split('\n'))
    })
  }

  it('and none is left out', () => {
    const files = readdirSync(EXAMPLES).filter((file) => file.endsWith('.ts'))
    const others = ['compare', 'programs']
    const names = files.map((file) => file.slice(0, -'.ts'.length)).filter((name) => !others.includes(name))
    expect(new Set(PROGRAMS.map(({ name }) => name))).toEqual(new Set(names))
    for (const name of names) expect(existsSync(join(EXAMPLES, 'elixir', `${name}.exs`))).toBe(true)
  })

  it('and each is short enough to read on a screen', () => {
    for (const { name } of PROGRAMS) {
      const lines = readFileSync(join(EXAMPLES, `${name}.ts`), 'utf8').split('\n').length
      expect(lines, name).toBeLessThanOrEqual(90)
    }
  })
})

describe('the stores of the thousand workers', () => {
  const saving: Program = { name: 'thousand-workers', arguments: ['task-per-save'], unordered: true }

  it('are a file and a folder, without any settings', async () => {
    const stores = folder()
    const lines = await run(saving, { DATA: stores, WORKERS: '50' })
    expect(lines).toContain('50 results are in the database')
    expect(readdirSync(join(stores, 'objects')).sort()).toEqual(
      Array.from({ length: 50 }, (_, n) => `worker-${n + 1}`).sort(),
    )
    expect(existsSync(join(stores, 'results.sqlite'))).toBe(true)
  })

  it('can be an S3 bucket: each object is put once, and signed', async () => {
    const objects = new Map<string, string>()
    const signatures: (string | undefined)[] = []
    const server = createServer(async (request, response) => {
      signatures.push(request.headers.authorization)
      objects.set(`${request.method} ${request.url}`, await bodyOf(request))
      response.end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const lines = await run(saving, {
      DATA: folder(),
      WORKERS: '20',
      S3_BUCKET_URL: `http://127.0.0.1:${port}/results`,
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-central-1',
    })
    expect(lines).toContain('20 lines of work saved in the object store')
    expect(objects.size).toBe(20)
    expect(objects.get('PUT /results/worker-7')).toMatch(/^\d+$/)
    for (const signature of signatures) {
      expect(signature).toMatch(/^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-central-1\/s3\/aws4_request, /)
    }
  })

  it('says what is missing when the bucket is set and its keys are not', async () => {
    const settings = { DATA: folder(), S3_BUCKET_URL: 'http://127.0.0.1:1/results' }
    await expect(run(saving, settings)).rejects.toThrow('set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY too')
  })

  const binaries = findPostgres()
  it.skipIf(binaries === undefined)('can be PostgreSQL (skipped where it is not installed)', async () => {
    const cluster = await startPostgres(binaries ?? '')
    onTestFinished(() => cluster.stop())
    const lines = await run(saving, { DATA: folder(), WORKERS: '50', DATABASE_URL: cluster.url })
    expect(lines).toContain('50 results are in the database')
    expect((await cluster.query('SELECT DISTINCT worker FROM results')).rows.length).toBe(50)
  })
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}
