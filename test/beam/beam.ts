/** The BEAM side: compiles the Erlang interpreter and runs scenarios on it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { erlangTerm } from './erlang-terms.js'
import { needsElixir, type Scenario, type Trace } from './scenario.js'

/** Where Elixir's own beams are, by the ways it is packaged. */
const ELIXIR_EBINS = [
  '/usr/lib/elixir/lib/elixir/ebin',
  '/usr/local/lib/elixir/lib/elixir/ebin',
  '/opt/homebrew/opt/elixir/lib/elixir/lib/elixir/ebin',
]

/** Where the Erlang files are, seen from where this is compiled to. */
export const ERLANG = fileURLToPath(new URL('../../../erlang', import.meta.url))

export class Beam {
  readonly #folder = mkdtempSync(join(tmpdir(), 'heartwood-beam-'))
  readonly #elixir = ELIXIR_EBINS.find((path) => existsSync(join(path, 'elixir.app')))

  /** @param sources the folder of the Erlang files */
  private constructor(sources: string) {
    const files = readdirSync(sources).filter((file) => file.endsWith('.erl'))
    execFileSync('erlc', ['-o', this.#folder, ...files.map((file) => join(sources, file))])
  }

  /** The BEAM of this machine; undefined when Erlang is not installed. */
  static find(sources: string): Beam | undefined {
    try {
      execFileSync('erl', ['-noshell', '-eval', 'halt().'], { stdio: 'ignore' })
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined
      throw error
    }
    return new Beam(sources)
  }

  /** Where what it was compiled to is. */
  get ebin(): string {
    return this.#folder
  }

  get hasElixir(): boolean {
    return this.#elixir !== undefined
  }

  /** Whether this machine can run the scenario. */
  runs(scenario: Scenario): boolean {
    return this.hasElixir || !needsElixir(scenario)
  }

  /** @param schedulers one for a trace to be kept; two to see which scenarios are races by nature */
  run(scenarios: readonly Scenario[], schedulers: 1 | 2 = 1): Map<string, Trace> {
    const input = join(this.#folder, 'scenarios')
    const output = join(this.#folder, 'traces')
    mkdirSync(this.#folder, { recursive: true })
    writeFileSync(input, `${scenarios.map(erlangTerm).join('\n')}\n`)
    const paths = this.#elixir === undefined ? [this.#folder] : [this.#folder, this.#elixir]
    const pool = `${schedulers}:${schedulers}`
    execFileSync(
      'erl',
      ['-noshell', '+S', pool, '-pa', ...paths, '-run', 'beam_main', 'main', input, output],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    return blocksOf(readFileSync(output, 'utf8'))
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** The traces by scenario id: each begins with a line `@ id`. */
function blocksOf(text: string): Map<string, Trace> {
  const traces = new Map<string, Trace>()
  let trace: Trace = []
  for (const line of text.split('\n')) {
    if (line.startsWith('@ ')) {
      trace = []
      traces.set(line.slice(2), trace)
    } else if (line !== '') trace.push(line)
  }
  return traces
}
