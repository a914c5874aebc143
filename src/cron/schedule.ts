import {
  currentKernel,
  Exit,
  type ExitMessage,
  type ExitReason,
  exit,
  isExit,
  type Kernel,
  receive,
  spawnLink,
  trapExit,
} from '../kernel/index.js'
import type { CronClaim, CronLedger } from './cron-claim.js'
import { ledgerOf } from './cron-ledger.js'
import type { CronOptions } from './cron-options.js'
import { policyOf } from './cron-options.js'
import { type CronRecord, recordOf, textOfRecord } from './cron-record.js'
import { CronReports } from './cron-reports.js'
import { CronTimes } from './cron-times.js'
import { cronError } from './errors.js'
import type { Firing } from './firing.js'
import { type FiringPlan, type FiringPolicy, firingPlan } from './firing-plan.js'

/** Milliseconds between two looks at the clock: it may be set, and a machine may sleep. */
const LONGEST_PAUSE = 30_000
/** Milliseconds, about, until it looks again at what another node is at, or after the engine was out of reach. */
const LOOK_AGAIN = 10_000

/** What fires, and how. */
export interface CronJob {
  readonly name: string
  readonly expression: string
  readonly options: CronOptions
  /** Does what is to be done, in a process of its own. */
  run(firing: Firing): unknown
  /** Ends what does it beside that process. */
  kill?(): void
}

/**
 * The life of a schedule's process: it looks what is due, and waits. Its parent's end, or a shutdown, ends it when the run that goes on is over.
 */
export async function keepSchedule(job: CronJob): Promise<void> {
  trapExit(true)
  const schedule = new Schedule(currentKernel(), job)
  for (;;) {
    await schedule.look()
    const message = schedule.ending ?? (await receive(isExit, { timeout: schedule.pause() }))
    if (message !== undefined) throw new Exit(message.reason)
  }
}

class Schedule {
  readonly #kernel: Kernel
  readonly #job: CronJob
  readonly #times: CronTimes
  readonly #policy: FiringPolicy
  readonly #reports: CronReports
  /** The greatest instant that is known to be dealt with, and the one after it. */
  #seen = Number.NEGATIVE_INFINITY
  #due = Number.NEGATIVE_INFINITY
  #lookAgain = false
  /** It was told to end. */
  ending: { readonly reason: ExitReason } | undefined

  constructor(kernel: Kernel, job: CronJob) {
    const { name, expression, options } = job
    this.#kernel = kernel
    this.#job = job
    this.#times = new CronTimes(expression, options.zone ?? 'UTC')
    this.#policy = policyOf(options)
    this.#reports = new CronReports(kernel, name)
  }

  /** Milliseconds until it looks again. */
  pause(): number {
    const { clock, random } = this.#kernel
    const now = clock.wallTime()
    const again = this.#lookAgain ? LOOK_AGAIN * (0.75 + random() / 2) : LONGEST_PAUSE
    // What is due and was not to be had is another node's at the moment: the next instant may be ours.
    const next = this.#due > now ? this.#due : (this.#times.next(now) ?? Number.POSITIVE_INFINITY)
    return Math.max(1, Math.min(next - now, again))
  }

  /** Does all that is due. */
  async look(): Promise<void> {
    const { clock } = this.#kernel
    this.#reports.clock()
    if (this.#lookAgain || this.#due <= clock.wallTime()) await this.#doAllDue()
    this.#reports.ahead(this.#seen - clock.wallTime())
  }

  async #doAllDue(): Promise<void> {
    try {
      this.#lookAgain = false
      while (this.ending === undefined && (await this.#once()));
      this.#reports.well()
    } catch (error) {
      // The engine is out of reach, or the program is not in its cluster yet: nothing fires here meanwhile.
      this.#lookAgain = true
      this.#reports.trouble(error)
    }
  }

  /** @returns whether there may be more */
  async #once(): Promise<boolean> {
    const ledger: CronLedger = ledgerOf(this.#kernel, this.#job.options.cluster)
    let plan: FiringPlan | undefined
    const claim = await ledger.take(`cron/${this.#job.name}`, (text) => {
      plan = this.#plan(recordOf(text))
      return plan && textOfRecord(plan.record)
    })
    if (claim === 'taken') this.#lookAgain = true
    if (plan === undefined || claim === 'taken' || claim === undefined) return false
    this.#saw(plan.record.at)
    for (const misfire of plan.misfires) this.#reports.misfire(misfire)
    this.#reports.zoneChanges(this.#times, plan)
    const record = plan.isRun ? await this.#fire(claim, plan) : plan.record
    await this.#record(claim, record)
    return true
  }

  #plan(before: CronRecord | undefined): FiringPlan | undefined {
    const { clock, node } = this.#kernel
    const now = clock.wallTime()
    if (before !== undefined) this.#saw(before.at)
    return firingPlan(before, this.#times, { now, node, policy: this.#policy })
  }

  #saw(at: number): void {
    if (at === this.#seen) return
    this.#seen = at
    this.#due = this.#times.next(at) ?? Number.POSITIVE_INFINITY
  }

  async #fire(claim: CronClaim, { record, missed }: FiringPlan): Promise<CronRecord> {
    const { clock } = this.#kernel
    const { name, options } = this.#job
    const abort = new AbortController()
    const lost = (): void => abort.abort(claim.signal.reason)
    claim.signal.addEventListener('abort', lost)
    const firing: Firing = {
      name,
      scheduledAt: new Date(record.at),
      late: Math.max(0, clock.wallTime() - record.at),
      missed,
      attempt: record.attempt,
      claim,
      signal: abort.signal,
      fence: () => claim.fence(),
    }
    const failure = await this.#run(firing, abort, options.timeout ?? Number.POSITIVE_INFINITY)
    claim.signal.removeEventListener('abort', lost)
    if (failure !== undefined) this.#reports.failed(record.at, failure.thrown)
    const end = Math.max(clock.wallTime(), record.at)
    return { ...record, state: failure === undefined ? 'done' : 'failed', end }
  }

  /** The failure; undefined when all went well. */
  async #run(firing: Firing, abort: AbortController, timeout: number): Promise<Failure | undefined> {
    const { clock } = this.#kernel
    let failure: Failure | undefined
    const runner = spawnLink(
      async () => {
        try {
          await this.#job.run(firing)
        } catch (thrown) {
          failure ??= { thrown }
        }
      },
      { label: `a run of ${this.#job.name}` },
    )
    const end = clock.now() + timeout
    for (let isOver = false; ; ) {
      const rest: number = isOver ? Number.POSITIVE_INFINITY : Math.max(0, end - clock.now())
      const message: ExitMessage | undefined = await receive(isExit, { timeout: rest })
      if (message?.from === runner) return failure ?? failureOf(message.reason)
      if (message !== undefined) {
        this.ending ??= message
        abort.abort(message.reason)
        continue
      }
      isOver = true
      failure = { thrown: this.#timedOut(firing, abort, timeout) }
      this.#job.kill?.()
      exit(runner, 'kill')
    }
  }

  #timedOut({ scheduledAt }: Firing, abort: AbortController, timeout: number): Error {
    const { name, kill } = this.#job
    const at = scheduledAt.toISOString()
    const end = kill === undefined ? 'its process is killed' : 'its worker is killed'
    const error = cronError('CRON_TIMEOUT', { name, at, timeout, end })
    abort.abort(error)
    return error
  }

  /** Once the claim is valid: an engine that is out of reach is waited for. */
  async #record(claim: CronClaim, record: CronRecord): Promise<void> {
    try {
      await claim.held()
      claim.note = textOfRecord(record)
      await claim.release()
    } catch (error) {
      this.#lookAgain = true
      this.#reports.unrecorded(record.at, error)
    }
  }
}

interface Failure {
  readonly thrown: unknown
}

function failureOf(reason: ExitReason): Failure | undefined {
  return reason === 'normal' ? undefined : { thrown: reason }
}
