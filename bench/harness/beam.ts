/** The BEAM of this machine: compiles the programs in `beam/` and runs them. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from './pin.js'

/** Seen from where this is compiled to. */
const SOURCES = fileURLToPath(new URL('../../beam', import.meta.url))

export interface BeamVersions {
  readonly otp: string
  readonly erts: string
  readonly elixir: string | null
}

export class Beam {
  readonly versions: BeamVersions
  readonly #folder = mkdtempSync(join(tmpdir(), 'heartwood-bench-'))
  /** Where Elixir's own modules are; undefined without Elixir. */
  readonly #elixir: string | undefined

  private constructor(sources: string) {
    const files = readdirSync(sources).map((file) => join(sources, file))
    const erlang = files.filter((file) => file.endsWith('.erl'))
    execFileSync('erlc', ['-o', this.#folder, ...erlang], { stdio: ['ignore', 'inherit', 'inherit'] })
    this.#elixir = elixirFolder()
    if (this.#elixir !== undefined) {
      const elixir = files.filter((file) => file.endsWith('.ex'))
      execFileSync('elixirc', ['-pa', this.#folder, '-o', this.#folder, ...elixir], { stdio: 'ignore' })
    }
    const [program, args] = this.command('versions')
    this.versions = JSON.parse(execFileSync(program, [...args], { encoding: 'utf8' })) as BeamVersions
  }

  /** Undefined when Erlang is not installed. */
  static find(sources: string = SOURCES): Beam | undefined {
    try {
      execFileSync('erl', ['-noshell', '-eval', 'halt().'], { stdio: 'ignore' })
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined
      throw error
    }
    return new Beam(sources)
  }

  /** Whether the program is there; those in Elixir are not without it. */
  has(program: string): boolean {
    return readdirSync(this.#folder).includes(`bench_${program}.beam`)
  }

  /** What to execute: one scheduler, as Node has one thread for the same work, and room for a million processes. */
  command(...args: readonly (string | number)[]): Command {
    return this.commandOn(1, ...args)
  }

  /** The same with that many schedulers. */
  commandOn(schedulers: number, ...args: readonly (string | number)[]): Command {
    const paths = this.#elixir === undefined ? [this.#folder] : [this.#folder, this.#elixir]
    const flags = [
      '-noshell',
      '-env',
      'ERL_CRASH_DUMP_SECONDS',
      '0',
      '+S',
      `${schedulers}:${schedulers}`,
      '+P',
      '2000000',
      '+Q',
      '1000000',
      '-pa',
      ...paths,
    ]
    return ['erl', [...flags, '-run', 'bench', 'main', ...args.map(String)]]
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function elixirFolder(): string | undefined {
  try {
    const where = ['-e', 'IO.write(:code.lib_dir(:elixir))']
    return join(
      execFileSync('elixir', where, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      'ebin',
    )
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}
