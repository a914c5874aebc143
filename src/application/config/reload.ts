/** Reading the settings again while the program runs, and telling those whom it concerns. */
import { isDeepStrictEqual } from 'node:util'
import type { LiveSettings, ReadSettings } from '../../config/index.js'
import { reconfigure, type SettingsChange } from '../../genserver/index.js'
import { currentKernel, type Pid, processInfo, within } from '../../kernel/index.js'
import { type Logger, type LogOptions, levelsOf } from '../../logging/index.js'
import { applicationError } from '../errors.js'
import type { CheckedConfig } from './config.js'
import { checkLog } from './config-check.js'
import { importConfig } from './config-module.js'
import { type Origin, originOf, partInForce, settingsOf } from './resolved-config.js'

/** Milliseconds that reading everything again may take: one reading that hangs must not end all those after it. */
const PATIENCE = 20_000

/** What was read. */
interface Found {
  readonly read: ReadSettings | undefined
  readonly log: LogOptions
}

export class Reload {
  readonly #ended = new AbortController()
  readonly #origin: Origin
  #log: LogOptions
  /** One at a time, so that changes are told in the order of their values. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    config: CheckedConfig,
    private readonly logger: Logger,
    /** All processes of the applications. */
    private readonly processes: () => readonly Pid[],
  ) {
    // A checked configuration that boot runs has been resolved.
    this.#origin = originOf(config) as Origin
    this.#log = config.log
  }

  /** The files whose content matters. */
  get files(): readonly string[] {
    const { module, settings } = this.#origin
    return [...(module === undefined ? [] : [module]), ...(settings?.files ?? [])]
  }

  /** Of what was in them when the program started. */
  get fingerprint(): string {
    return this.#origin.fingerprint
  }

  /**
   * Reads it all again. When it cannot be used, what was in force stays so.
   *
   * @returns what is different; undefined when no setting is
   * @throws what `loadConfig` and `readSettings` throw; RELOAD_TIMEOUT, RELOAD_REFUSED, RELOAD_ENDED
   */
  run(): Promise<SettingsChange | undefined> {
    const next = this.#last.then(() => this.#run())
    // Whoever asked for it is told of the failure; the next one is not concerned.
    this.#last = next.catch(() => undefined)
    return next
  }

  /** The system has ended: what is being read concerns nobody any more. */
  end(): void {
    this.#ended.abort(applicationError('RELOAD_ENDED'))
  }

  /** Fires when the system has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  async #run(): Promise<SettingsChange | undefined> {
    this.ended.throwIfAborted()
    const { settings } = this.#origin
    const reading = new AbortController()
    const late = () => applicationError('RELOAD_TIMEOUT', { time: PATIENCE })
    const limit = { time: PATIENCE, late, signal: this.ended }
    const found = await within(this.#read(reading.signal), limit).finally(() => reading.abort())
    const change =
      found.read === undefined || settings === undefined
        ? undefined
        : await this.#putInForce(settings, found.read)
    this.#adjustLog(found.log)
    return change
  }

  /**
   * Puts the settings in force and tells whom it concerns. When one crashes over it, it is taken back as a whole: those that
   * have handled it are told of the way back, and the one that crashed starts again with what was in force.
   *
   * @throws RELOAD_REFUSED
   */
  async #putInForce(settings: LiveSettings, read: ReadSettings): Promise<SettingsChange | undefined> {
    const before = settings.read
    for (const { code, message } of read.warnings) {
      if (!before.warnings.some((each) => each.message === message)) this.#report('warn', message, { code })
    }
    const change = settings.replace(read)
    if (change === undefined) return undefined
    const running = new Set(this.processes())
    let back: SettingsChange | undefined
    /** Who was started with the new settings. */
    let begun: readonly Pid[] = []
    const keys = change.keys.join(', ')
    this.#report('info', `the settings changed: ${keys}`, { keys: change.keys })
    const { handled, missed, refused } = await reconfigure([...running], change, {
      onRefusal: () => {
        back = settings.replace(before)
        begun = this.processes().filter((pid) => !running.has(pid))
      },
    })
    for (const { pid, error } of missed) {
      const who = `${processInfo(pid, 'registeredName') ?? ''}${pid}`
      this.#report('warn', `${who} has not taken the change of ${keys}`, { pid, name: who, reason: error })
    }
    const [first] = refused
    if (first === undefined) return change
    if (back !== undefined) await reconfigure([...handled, ...begun], back)
    throw applicationError(
      'RELOAD_REFUSED',
      { keys, process: `${first.className ?? 'process'} ${first.pid}`, reason: first.error },
      { cause: first.error },
    )
  }

  /** Puts nothing in force. */
  async #read(signal: AbortSignal): Promise<Found> {
    const { file, module, sources } = this.#origin
    const written = module === undefined ? this.#origin.written : await importConfig(module, file, true)
    const read = await settingsOf(written, { ...sources, signal })
    const log = checkLog(await partInForce('log', written, read?.value, { file, signal }), file)
    return { read, log }
  }

  /** Of the log only the levels can change: what was set by hand stays, as long as the configuration says the same. */
  #adjustLog(log: LogOptions): void {
    const before = [this.#log.level, this.#log.levels]
    this.#log = log
    const { level = 'info', levels = {} } = log
    if (isDeepStrictEqual(before, [log.level, log.levels])) return
    levelsOf(this.logger)?.replace(level, levels)
    this.#report('info', 'the log levels changed', { logLevel: level, levels })
  }

  #report(level: 'info' | 'warn', message: string, fields: Record<string, unknown>): void {
    currentKernel().report({ level, kind: 'config', message, ...fields })
  }
}
