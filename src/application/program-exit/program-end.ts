/** The end of a program together with the systems that were booted in it. */
import type { ExitReason } from '../../kernel/index.js'
import { type Logger, reasonLine } from '../../logging/index.js'
import type { SystemExit } from '../lifecycle/application-controller.js'
import { exitCodeOfSystem, signalCode } from './exit-codes.js'
import { flushAndExit, READER_PATIENCE_AT_ONCE } from './flush-and-exit.js'
import { onStopSignals, type StopSignal } from './stop-signals.js'

/** A system in its program. */
export interface Tenant {
  readonly logger: Logger
  readonly ended: Promise<SystemExit>
  /** Whether SIGTERM and SIGINT stop the system. */
  readonly signals: boolean
  /** Whether the program ends with the system. */
  readonly exitOnEnd: boolean
  /** Closes other resources of the program. It never rejects. */
  readonly beforeExit?: ((exit: SystemExit) => Promise<void>) | undefined
  stop(reason: ExitReason): void
}

/** The systems of this program. There may be several. */
const tenancies = new Set<Tenancy>()
let signals: Disposable | undefined
let leaving: Promise<never> | undefined

/** The time of a system in this program, from its boot to its end. */
export class Tenancy {
  /** Resolves when the system has ended and the program goes on. It never resolves if the program ends with the system. */
  readonly over: Promise<void>
  /** Whether its boot has succeeded. From then on a crash is no longer a rejection of `boot`. */
  #up = false
  /** Whether a signal has stopped it. */
  #signalled = false

  constructor(readonly tenant: Tenant) {
    tenancies.add(this)
    if (tenant.signals) signals ??= onStopSignals(stopAll, leaveAtOnce)
    this.over = tenant.ended.then((exit) => this.#ended(exit))
  }

  up(): void {
    this.#up = true
  }

  stopOn(signal: StopSignal): void {
    if (!this.tenant.signals) return
    this.#signalled = true
    this.tenant.stop(signal)
  }

  async #ended(exit: SystemExit): Promise<void> {
    const { logger, exitOnEnd } = this.tenant
    tenancies.delete(this)
    if (![...tenancies].some(({ tenant }) => tenant.signals)) {
      signals?.[Symbol.dispose]()
      signals = undefined
    }
    const crashed = this.#up && exit.cause === 'crashed'
    if (!exitOnEnd || !(crashed || this.#signalled)) return
    if (crashed) tellEnd(logger, exit)
    await endProgram(exit, this.tenant)
  }
}

/** Stops the other systems too, and ends the program. Its exit code is that of the first failure. */
function endProgram(exit: SystemExit, first: Tenant): Promise<never> {
  process.exitCode ||= exitCodeOfSystem(exit)
  leaving ??= (async () => {
    const others = [...tenancies].map(({ tenant }) => tenant).filter(({ exitOnEnd }) => exitOnEnd)
    for (const tenant of others) tenant.stop('shutdown')
    await Promise.all(
      [first, ...others].map(async ({ ended, beforeExit }) => {
        const end = await ended
        await beforeExit?.(end)
      }),
    )
    // Code that awaits `ended` runs first.
    await new Promise((resolve) => setImmediate(resolve))
    return flushAndExit(Number(process.exitCode))
  })()
  return leaving
}

/** Logs that the program ends; if the log does not write it, on standard error. */
function tellEnd(logger: Logger, exit: SystemExit): void {
  const { application = 'of no name', reason } = exit
  const message = `application ${application} ended: ${reasonLine(reason)}; the program ends with exit code ${exitCodeOfSystem(exit)}`
  if (logger.isLevelEnabled('fatal')) logger.fatal({ kind: 'application', application }, message)
  else process.stderr.write(`heartwood: ${message}\n`)
}

function stopAll(signal: StopSignal): void {
  for (const tenancy of tenancies) tenancy.stopOn(signal)
  tellSignal('info', signal, `${signal}: stopping; a second signal ends the program at once`)
}

function leaveAtOnce(signal: StopSignal): void {
  tellSignal('warn', signal, `${signal} again: ended at once`)
  void flushAndExit(signalCode(signal), READER_PATIENCE_AT_ONCE)
}

function tellSignal(level: 'info' | 'warn', signal: StopSignal, message: string): void {
  const loggers = new Set([...tenancies].map(({ tenant }) => tenant.logger))
  for (const logger of loggers) logger[level]({ kind: 'application', signal }, message)
}
