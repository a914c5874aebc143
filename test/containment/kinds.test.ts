import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('fixtures/program.js', import.meta.url))
const KINDS = ['fixtures/kinds.js', 'fixtures/network-kinds.js', 'fixtures/listener-kinds.js'].map((file) =>
  fileURLToPath(new URL(file, import.meta.url)),
)

/** The kinds are read from their file: loading it here would open what it imports. */
const kinds = KINDS.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^ {2}(?:'([^']+)'|(\w+)): \{/gm)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  ),
)

interface Row {
  readonly kind: string
  readonly rounds: number
  readonly problems: readonly string[]
}

interface End {
  readonly total: number
  readonly leaks: readonly string[]
  readonly strays: number
}

const rows = new Map<string, Row>()
let end: End | undefined
/** Its exit code, or the signal that ended it. */
let ending: number | string | null = null

beforeAll(async () => {
  // Node 20 has WebSocket behind a flag.
  const flags = ['--expose-gc', '--experimental-websocket']
  const program = spawn(process.execPath, [...flags, PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: program.stdout })) {
    const said = JSON.parse(line) as Row & End
    if (said.kind === undefined) end = said
    else rows.set(said.kind, said)
  }
  if (program.exitCode === null && program.signalCode === null) await once(program, 'exit')
  ending = program.exitCode ?? program.signalCode
})

describe('a failure in a worker', () => {
  it('is tried in every way we know', () => {
    expect(ending).toBe(0)
    expect(kinds.length).toBeGreaterThan(225)
    expect([...rows.keys()].sort()).toEqual([...kinds].sort())
  })

  it.each(kinds)('by %s: it is restarted, and nothing else happens', (kind) => {
    expect(rows.get(kind)).toMatchObject({ kind, problems: [] })
  })

  it('leaks nothing in 1,000 rounds: no handle, no descriptor, no listener, no process', () => {
    expect(end?.total).toBeGreaterThanOrEqual(1_000)
    expect(end?.leaks).toEqual([])
  })
})
