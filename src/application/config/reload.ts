/** The reload of settings while the program runs: they are read again, put in force, and changes are sent to the workers. */
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

/** The time that one reading may take, in milliseconds. Without a limit, one that hangs would block all later ones. */
const PATIENCE = 20_000

/** The result of a reading. */
interface Found {
  readonly read: ReadSettings | undefined
  readonly log: LogOptions
}

export class Reload {
  readonly #ended = new AbortController()
  readonly #origin: Origin
  #log: LogOptions
  /** The last reload. They run one after the other, so that changes are sent in the order of their values. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(
    config: CheckedConfig,
    private readonly logger: Logger,
    /** Returns all processes of the applications. */
    private readonly processes: () => readonly Pid[],
  ) {
    // `boot` only runs resolved configurations, which have an origin.
    this.#origin = originOf(config) as Origin
    this.#log = config.log
  }

  /** The files that the configuration depends on. */
  get files(): readonly string[] {
    const { module, settings } = this.#origin
    return [...(module === undefined ? [] : [module]), ...(settings?.files ?? [])]
  }

  /** The fingerprint of these files when the program started. */
  get fingerprint(): string {
    return this.#origin.fingerprint
  }

  /**
   * Reads the configuration and its settings again. If they are invalid, the old ones stay in force.
   *
   * @returns the changes; `undefined` if no setting changed
   * @throws the errors of `loadConfig` and `readSettings`; RELOAD_TIMEOUT, RELOAD_REFUSED, RELOAD_ENDED
   */
  run(): Promise<SettingsChange | undefined> {
    const next = this.#last.then(() => this.#run())
    // The caller gets the failure; the next reload must run anyway.
    this.#last = next.catch(() => undefined)
    return next
  }

  /** Aborts a running reload, and refuses later ones, when the system has ended. */
  end(): void {
    this.#ended.abort(applicationError('RELOAD_ENDED'))
  }

  /** A signal that is aborted when the system has ended. */
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
   * Puts the settings in force and sends the change to the workers. If a worker crashes because of it, the whole change is undone: workers
   * that have handled it get the reverse change, and the crashed worker is restarted with the old settings.
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
    /** The processes that were started with the new settings. */
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

  /** Reads the configuration and the settings, without any effect. */
  async #read(signal: AbortSignal): Promise<Found> {
    const { file, module, sources } = this.#origin
    const written = module === undefined ? this.#origin.written : await importConfig(module, file, true)
    const read = await settingsOf(written, { ...sources, signal })
    const log = checkLog(await partInForce('log', written, read?.value, { file, signal }), file)
    return { read, log }
  }

  /** Applies changed levels of the log; other options cannot change. Levels set by hand stay while those in the configuration are unchanged. */
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
