import { Call, Cast, currentKernel, GenServer, Health, Info, inject, ref, self, sendAfter } from 'heartwood'
import { MONITOR } from '../alerts/policy.js'
import type { CheckResult } from '../checks/check.js'
import { Elsewhere } from '../elsewhere.js'
import { Journal } from '../journal.js'
import { Ownerships } from '../ownerships.js'
import { SETTINGS, type Settings } from '../settings.js'
import { type TargetStatus, toStatus } from '../target-status.js'
import { type Change, type Standing, Verdict } from '../verdict.js'
import type { CertificateEvent, FaultEvent, ResultEvent } from './events.js'
import { Faults } from './faults.js'
import { STATUS_COLLECTOR } from './names.js'
import { PubSub } from './pub-sub.js'
import { Worker } from './worker.js'

/** All targets that were checked, and what happened lately. */
export interface StatusBoard {
  readonly targets: Readonly<Record<string, TargetStatus>>
  /** Newest first. */
  readonly changes: readonly Change[]
  /** Why Pulse itself cannot check. */
  readonly trouble?: string
}

/** How many changes are remembered. */
const CHANGES = 20
/** What is concluded gets onto the disk so soon, in ms, where nobody is told of it sooner. */
const KEEP_AFTER = 250
/** A trouble of Pulse's own is over when nothing was heard of it for so long, in ms. */
const OVER_AFTER = 60_000
const LOOK_EVERY = 10_000

const KEEP = 'keep'
const LOOK = 'look'

/**
 * Knows the latest state of every target, and publishes when it is another than before. What it has concluded it notes in
 * the journal, and the next incarnation, or the next run of Pulse, goes on from there.
 */
@GenServer({ name: STATUS_COLLECTOR })
export class StatusCollector extends Worker {
  readonly #verdicts = new Map<string, Verdict>()
  readonly #certificates = new Map<string, number>()
  #changes: Change[] = []
  #listed: ReadonlySet<string> | undefined
  #keeping = false
  #lastFault = Number.NEGATIVE_INFINITY

  constructor(
    @inject(Journal) private readonly journal: Journal,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(Ownerships) private readonly ownerships: Ownerships,
    @inject(Elsewhere) private readonly elsewhere: Elsewhere,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  init(): void {
    this.begin(STATUS_COLLECTOR)
    this.#restore()
    ref(PubSub).cast.subscribe(self(), ['result', 'certificate', 'fault'])
    if (this.#trouble() !== undefined) this.#watchTrouble()
  }

  #restore(): void {
    for (const key of this.journal.keys('verdict/')) {
      const standing = this.journal.get(key) as Standing
      if (this.#isKnown(standing.target)) this.#goOnFrom(standing)
      else
        for (const kind of ['verdict', 'told', 'warned', 'beat'])
          this.journal.set(`${kind}/${standing.target}`, undefined, standing.target)
    }
    this.#restoreChanges()
  }

  /** Of several Pulses, each has the notes of its own targets alone. */
  #isKnown(target: string): boolean {
    const { targets } = this.settings
    if (target === MONITOR || targets === undefined || this.ownerships.isShared) return true
    this.#listed ??= new Set(targets.map(({ name }) => name))
    return this.#listed.has(target)
  }

  #goOnFrom(standing: Standing): void {
    this.#verdicts.set(standing.target, new Verdict(standing.target, UNKNOWN, standing))
  }

  #restoreChanges(): void {
    this.#changes = this.journal
      .keys('change/')
      .map((key) => this.journal.get(key) as Change)
      .reverse()
  }

  /** From now on this Pulse checks the target: where it stands, whoever did so before has noted. */
  @Cast()
  taken(target: string): void {
    const standing = this.journal.get(`verdict/${target}`) as Standing | undefined
    if (standing === undefined) this.#verdicts.delete(target)
    else this.#goOnFrom(standing)
    this.#restoreChanges()
  }

  /** Another one checks it; until that tells of it, it stands as it stood. */
  @Call()
  left(target: string): void {
    const verdict = this.#verdicts.get(target)
    if (verdict !== undefined) this.elsewhere.put(target, this.#status(verdict), undefined)
    this.#verdicts.delete(target)
    this.#certificates.delete(target)
    this.#restoreChanges()
  }

  @Call()
  board(): StatusBoard {
    const statuses = [...this.#verdicts.values()].map((verdict) => [verdict.target, this.#status(verdict)])
    const trouble = this.#trouble()
    return { targets: Object.fromEntries(statuses), changes: this.#changes, ...(trouble && { trouble }) }
  }

  /** Who cannot check should not be asked how the targets are. */
  @Health({ timeout: 5_000 })
  health(): string | undefined {
    const trouble = this.#trouble()
    return trouble && `Pulse itself cannot check: ${trouble}`
  }

  @Info({ kind: 'result' })
  protected onResult({ result, rules }: ResultEvent): void {
    // Where it stands is asked again after the window: what lasts longer counts then.
    if (result.maintenance || !this.ownerships.owns(result.target)) return
    const verdict = this.#verdictOf(result.target)
    verdict.rules = rules
    this.#judge(verdict, result)
  }

  #judge(verdict: Verdict, result: CheckResult): void {
    const { standing, turned, change } = verdict.judge(result)
    if (turned) this.#note(`verdict/${verdict.target}`, standing, verdict.target)
    ref(PubSub).cast.publish({ kind: 'judged', standing, at: result.at })
    if (change === undefined || verdict.target === MONITOR) return
    this.#remember(change)
    this.#say(change)
    ref(PubSub).cast.publish({ kind: 'change', change })
  }

  /** A line in the log for what somebody may have to look into, and one for its end. */
  #say({ target, from, to, reason }: Change): void {
    if (to === 'up' && from === 'pending') return
    const why = reason === undefined ? '' : `: ${reason}`
    currentKernel().report({
      level: to === 'up' ? 'info' : 'warn',
      kind: 'target',
      message: `${target} is ${to}${why}`,
      target,
    })
  }

  #remember(change: Change): void {
    this.#note(keyOf(change), change, change.target)
    this.#changes = [change, ...this.#changes]
    for (const old of this.#changes.splice(CHANGES)) this.#note(keyOf(old), undefined, old.target)
  }

  #note(key: string, value: unknown, target: string): void {
    this.journal.set(key, value, target)
    if (this.#keeping) return
    this.#keeping = true
    sendAfter(KEEP_AFTER, self(), KEEP)
  }

  @Info(KEEP)
  protected onKeep(): void {
    this.#keeping = false
    const error = this.journal.commit()
    if (error === undefined) return
    const message = 'what was concluded could not be noted on the disk; trying again'
    currentKernel().report({
      level: 'warn',
      kind: 'journal',
      message,
      pid: self(),
      name: STATUS_COLLECTOR,
      error,
    })
  }

  /** That Pulse cannot check is one trouble of its own, whichever target it was met at. */
  @Info({ kind: 'fault' })
  protected onFault({ fault: { at, fault } }: FaultEvent): void {
    const isNew = this.#trouble() === undefined
    this.#lastFault = currentKernel().now()
    if (!isNew) return
    this.#judge(this.#verdictOf(MONITOR), { target: MONITOR, at, up: false, latency: 0, reason: fault })
    this.#watchTrouble()
  }

  #watchTrouble(): void {
    this.#lastFault = currentKernel().now()
    sendAfter(LOOK_EVERY, self(), LOOK)
  }

  @Info(LOOK)
  protected onLook(): void {
    if (currentKernel().now() - this.#lastFault < OVER_AFTER) return void sendAfter(LOOK_EVERY, self(), LOOK)
    const at = currentKernel().clock.wallTime()
    this.#judge(this.#verdictOf(MONITOR), { target: MONITOR, at, up: true, latency: 0 })
  }

  #trouble(): string | undefined {
    const verdict = this.#verdicts.get(MONITOR)
    return verdict?.state === 'down' ? (verdict.reason ?? 'it is not known why') : undefined
  }

  @Info({ kind: 'certificate' })
  protected onCertificate({ seen: { target, validTo } }: CertificateEvent): void {
    if (this.ownerships.owns(target)) this.#certificates.set(target, validTo)
  }

  #verdictOf(target: string): Verdict {
    const verdict = this.#verdicts.get(target) ?? new Verdict(target, UNKNOWN)
    this.#verdicts.set(target, verdict)
    return verdict
  }

  #status(verdict: Verdict): TargetStatus {
    return toStatus(verdict, this.#certificates.get(verdict.target))
  }
}

/** How a target wants to be judged comes with its checks. */
const UNKNOWN = { confirm: 1 }

const keyOf = ({ target, at, to }: Change): string => `change/${target}/${at}/${to}`
