/** `heartwood dev`: runs a program from its sources, and puts what is saved into the workers that run. */
import { stripVTControlCharacters } from 'node:util'
import {
  type Accompaniment,
  applicationError,
  type CheckedConfig,
  type ConfigOptions,
  examine,
  faultText,
  type LoadOptions,
  type RunningSystem,
  resolveConfig,
  withImportMistakes,
} from '../application/index.js'
import { start } from '../command-line/index.js'
import { HeartwoodError, type Kernel, SystemClock } from '../kernel/index.js'
import { type Swapped, swapCode } from './code-swap.js'
import { type Load, ViteProgram } from './vite-program.js'

/** What `heartwood dev` may be told. */
export interface DevOptions extends Accompaniment {
  readonly sources?: LoadOptions | undefined
  readonly json?: boolean | undefined
}

/**
 * Runs the program of a config module until a signal or its end, with what is saved meanwhile.
 *
 * @returns the exit code
 * @throws DEV_VITE_MISSING; what `heartwood start` throws
 */
export async function dev(path: string, options: DevOptions = {}): Promise<number> {
  const clock = new SystemClock()
  const { sources = {} } = options
  await using program = await ViteProgram.open(path, () => clock.now())
  const resolved = (config: unknown): Promise<CheckedConfig> =>
    resolveConfig(config as ConfigOptions, { ...sources, file: path })
  return await start(path, {
    ...options,
    load: async () => resolved(await withImportMistakes(() => firstOf(program, path))),
    onUp: (system) => {
      const loop = new Loop(system, program, resolved, () => clock.now())
      program.onLoad = (load) => loop.take(load)
    },
  })
}

/** @throws CONFIG_IMPORT_FAILED, CONFIG_NO_DEFAULT */
async function firstOf(program: ViteProgram, path: string): Promise<unknown> {
  const config = await program.load().catch((error: unknown) => {
    if (HeartwoodError.is(error)) throw error
    throw applicationError('CONFIG_IMPORT_FAILED', { path, reason: faultText(error) }, { cause: error })
  })
  if (config === undefined) throw applicationError('CONFIG_NO_DEFAULT', { path })
  return config
}

/** Takes one load after the other. */
class Loop {
  #last: Promise<void> = Promise.resolve()

  constructor(
    private readonly system: RunningSystem,
    private readonly program: ViteProgram,
    private readonly resolved: (config: unknown) => Promise<CheckedConfig>,
    private readonly now: () => number,
  ) {}

  take(load: Load): void {
    this.#last = this.#last.then(() => this.#take(load))
  }

  async #take(load: Load): Promise<void> {
    const { files } = load
    try {
      if ('error' in load) throw load.error
      const config = await this.resolved(load.config)
      await examine(config, { logger: this.system.logger, initialisers: true })
      const swapped = await swapCode(this.system, config, this.program.names.successorOf)
      this.#tell(swapped, files, this.now() - load.since)
    } catch (error) {
      const said = stripVTControlCharacters(faultText(error))
      const what = `${files.join(', ')} cannot be loaded, the code from before goes on: ${headlineOf(said)}`
      this.#report('error', what, { files, mistake: said })
    }
  }

  #tell(swapped: Swapped, files: readonly string[], time: number): void {
    const { changed, restarted, started, stopped, failures } = swapped
    const said = [
      ...(changed.length === 0
        ? []
        : [`new code in ${changed.length} worker${changed.length === 1 ? '' : 's'}`]),
      ...(restarted.length === 0 ? [] : [`${restarted.length} started again`]),
      ...started.map((path) => `started ${path}`),
      ...stopped.map((path) => `stopped ${path}`),
    ]
    const what = said.length === 0 ? 'nothing that runs has changed' : said.join(', ')
    this.#report('info', `${files.join(', ')}: ${what} (${Math.round(time)} ms)`, {
      files,
      took: Math.round(time),
    })
    for (const { what: worker, error } of restarted)
      this.#report('warn', `${worker} is started again, without the state that it had: ${textOf(error)}`, {
        reason: error,
      })
    for (const { what: part, error } of failures)
      this.#report('error', `${part} has not taken its new code: ${textOf(error)}`, { reason: error })
  }

  #report(level: 'info' | 'warn' | 'error', message: string, fields: Record<string, unknown>): void {
    const { kernel }: { kernel: Kernel } = this.system
    kernel.report({ level, kind: 'code', message, ...fields })
  }
}

/** Of a reason that was written for people, or of an error. */
function textOf(error: unknown): string {
  return typeof error === 'string' ? error : faultText(error)
}

/** The first line of a mistake that does not only announce it. */
function headlineOf(mistake: string): string {
  const [first = '', second = first] = mistake.split('\n').filter((line) => line.trim() !== '')
  return first.endsWith(':') ? second.trim() : first
}
