/**
 * What a server that runs isolated finds of its application: the logger, whose lines are written by that of the application, and the
 * settings as they are at each moment.
 */
import { LiveSettings, type ReadSettings } from '../../config/index.js'
import { reconfigure, type ServerClass } from '../../genserver/index.js'
import { type Brought, type Home, isolableIn, type Surroundings } from '../../isolation/index.js'
import {
  alsoRedacted,
  currentKernel,
  type HeartwoodError,
  inherited,
  type Kernel,
  put,
  redactAlso,
} from '../../kernel/index.js'
import { type Logger, type LogLevel, levelsOf, logLine } from '../../logging/index.js'
import { DRAINS, Drains } from '../drain/drain.js'
import type { SystemHealth } from '../health/health.js'
import { HEALTH, LOGGER, provideLogger, SCOPE, type Scope, type ScopeOptions, SETTINGS } from '../scope.js'
import { type DrainNews, type DrainOrder, DrainsElsewhere } from './drains-elsewhere.js'
import { ChecksElsewhere, type HealthNews, type HealthQuestion, HealthThere } from './health-elsewhere.js'
import { type Line, logElsewhere } from './log-elsewhere.js'
import { portableSettings, type SettingsElsewhere, settingsFrom } from './settings-elsewhere.js'

/** The data that is sent when an isolated server starts. */
interface Luggage {
  /** The log level; `undefined` without a logger: then the other side uses a default one. */
  readonly logLevel: LogLevel | undefined
  readonly redact: readonly string[]
  readonly settings: SettingsElsewhere | undefined
  /** Whether the system has a health, and drains. */
  readonly health: boolean
  readonly drains: boolean
}

/** A message to the other side after its start. */
type News =
  | { readonly logLevel: LogLevel }
  | { readonly settings: SettingsElsewhere }
  | HealthQuestion
  | DrainOrder

/** A message from the other side. */
type Said = Line | HealthNews | DrainNews

/**
 * Connects an isolated server with its application: log, settings, health, drains and scope.
 *
 * @param open opens the scope in which the class is built; default none
 */
export function applicationSurroundings(open?: (options: Omit<ScopeOptions, 'name'>) => Scope): Surroundings {
  return {
    bring: (tell, refusal) => new BroughtAlong(tell, refusal),
    enter: (luggage, home) => entered(luggage as Luggage, home, open),
  }
}

/**
 * Declares the module of a server class, so that it can be started isolated (`startIsolated`). With the decorator use its
 * option `module`. The module must export the class, by its name or as the default. In its thread or program the class can use the
 * `logger()` and each `setting()` of its application.
 *
 * @param module `import.meta.url`
 * @throws ISOLATE_MODULE if `module` is no address of a file; SERVER_INVALID for a class without a handler table
 * @example
 * ```ts
 * export class Parser {
 *   parse(text: string): unknown { return JSON.parse(text) }
 * }
 * defineServer(Parser, { calls: ['parse'] })
 * isolable(Parser, import.meta.url)
 * ```
 */
export function isolable<C extends object>(Class: ServerClass<C>, module: string): void {
  isolableIn(Class, module, applicationSurroundings())
}

/** The connection on the side of the application. */
class BroughtAlong implements Brought {
  readonly #logger = inherited(LOGGER) as Logger | undefined
  readonly #settings = inherited(SETTINGS)
  readonly #checks: ChecksElsewhere | undefined
  readonly #drains: DrainsElsewhere | undefined
  readonly #stop: (() => void)[] = []

  constructor(
    tell: (news: News) => void,
    private readonly refusal: (value: unknown) => HeartwoodError | undefined,
  ) {
    const [logger, settings] = [this.#logger, this.#settings]
    const health = inherited(HEALTH) as SystemHealth | undefined
    const drains = inherited(DRAINS)
    this.#checks = health && new ChecksElsewhere(health, tell)
    this.#drains = drains && new DrainsElsewhere(drains, tell)
    const levels = logger === undefined ? undefined : levelsOf(logger)
    if (levels !== undefined) {
      this.#stop.push(levels.onChange(() => tell({ logLevel: logger?.level as LogLevel })))
    }
    if (settings !== undefined) {
      this.#stop.push(settings.onReplace(() => tell({ settings: this.#carried(settings) })))
    }
  }

  /** The data at the moment when it is read. */
  get luggage(): Luggage {
    return {
      logLevel: this.#logger?.level as LogLevel | undefined,
      redact: alsoRedacted(),
      settings: this.#settings && this.#carried(this.#settings),
      health: this.#checks !== undefined,
      drains: this.#drains !== undefined,
    }
  }

  #carried(settings: LiveSettings): SettingsElsewhere {
    return portableSettings(settings.read, this.refusal)
  }

  heard(news: unknown): void {
    const said = news as Said
    if ('drains' in said || 'drained' in said) this.#drains?.heard(said)
    else if (!('level' in said)) this.#checks?.heard(said)
    else if (this.#logger !== undefined) logLine(this.#logger, said.level, said.fields, said.message)
  }

  left(): void {
    for (const stop of this.#stop) stop()
    this.#checks?.left()
    this.#drains?.left()
  }
}

/** Sets up the connection on the other side, in the process of the server. */
function entered(
  { logLevel, redact, settings, ...has }: Luggage,
  home: Home,
  open: ((options: Omit<ScopeOptions, 'name'>) => Scope) | undefined,
): (news: unknown) => void {
  redactAlso(redact)
  const kernel = currentKernel()
  const log = logLevel === undefined ? undefined : logElsewhere(logLevel, home)
  const live = settings === undefined ? undefined : new LiveSettings(settingsFrom(settings))
  if (log !== undefined) provideLogger(log.logger)
  if (live !== undefined) put(SETTINGS, live)
  const checks = has.health ? new HealthThere((news) => home.say(news)) : undefined
  const drains = has.drains
    ? new Drains((limit) => home.say({ drains: limit } satisfies DrainNews))
    : undefined
  if (checks !== undefined) put(HEALTH, checks)
  if (drains !== undefined) put(DRAINS, drains)
  if (open !== undefined) {
    const provided = new Map<symbol, unknown>()
    if (log !== undefined) provided.set(LOGGER, log.logger)
    if (checks !== undefined) provided.set(HEALTH, checks)
    put(SCOPE, open({ provided, settings: live }))
  }
  return (told) => {
    const news = told as News
    if ('logLevel' in news) log?.setLevel(news.logLevel)
    else if ('ask' in news) kernel.spawn(() => checks?.asked(news))
    else if ('drain' in news) {
      if (news.drain === 'announce') drains?.announce()
      else kernel.spawn(async () => home.say({ drained: (await drains?.drain()) ?? [] } satisfies DrainNews))
    } else if (live !== undefined) change(kernel, live, settingsFrom(news.settings))
  }
}

/** Applies changed settings. If a process crashes because of them, the change is not undone, unlike in the application itself. */
function change(kernel: Kernel, live: LiveSettings, read: ReadSettings): void {
  const change = live.replace(read)
  if (change === undefined) return
  kernel.spawn(async () => {
    await reconfigure(kernel.processes(), change)
  })
}
