import { Scope } from '../context/async-scope.js'
import type { Handling } from '../context/current-process.js'
import type { Callbacks } from '../context/own-callback-table.js'
import type { MailboxLimit } from '../mail/mailbox-limit.js'
import type { NameKeeper } from '../names/name-table.js'
import type { Probe } from '../probe/probe.js'
import type { ClosingDescendants } from '../resources/closing-descendants.js'
import type { Openings } from '../resources/opened-things.js'
import { Owned } from '../resources/owned-resources.js'
import type { Handings } from '../shared/functions-handed-over.js'
import type { DeathObservers } from '../signals/death-observer.js'
import type { Ancestry } from '../terms/ancestry.js'
import type { Pid } from '../terms/pid.js'
import type { MessageTimer } from '../timers/message-timer.js'
import type { Process } from './process.js'

/** The fields that most processes never use. They are in a separate object, so that millions of waiting processes use less memory. */
class RareFields {
  /** The ancestry of its last children. */
  offspring: Ancestry | undefined = undefined
  dictionary: Map<unknown, unknown> | undefined = undefined
  witnesses: DeathObservers = undefined
  /** The timers that will send it messages. */
  timers: Set<MessageTimer> | undefined = undefined
  /** The resources that it owns, if it ever had any. */
  resources: Owned | undefined = undefined
  /** Whether it or a descendant owns resources. */
  countsAsOwner = false
  /** The number of children for which that is true. */
  ownersBelow = 0
  /** When it is dead: the descendants for whose end it waits. */
  descendants: ClosingDescendants | undefined = undefined
  /** The resources that it opened without owning them, as far as they are noted. */
  opened: Openings | undefined = undefined
  /** The functions that it has passed to shared objects. */
  handings: readonly Handings[] | undefined = undefined
  /** The functions that it has passed to `ownCallback`. */
  callbacks: Callbacks<Process> | undefined = undefined
  /** The current run of an async handler. */
  handling: Handling | undefined = undefined
  /** A promise that settles when the current handler ends, if that made a call or a start: see `awaited-by.ts`. */
  handlerEnd: Promise<void> | undefined = undefined
  /** The limit of its mailbox, if it has one. */
  bound: MailboxLimit | undefined = undefined
  /** The name that it was started under, if a registry keeps it. */
  via: NameKeeper | undefined = undefined
  /** The linked process whose end it dies of, if exits are observed. */
  linked: Pid | undefined = undefined
  trapping = false
  /** Whether all its code belongs to its handlers: see `call-cycle.ts`. */
  undivided = false
  /** Whether others wait for its result, as an owner does for its task: see `received-wait.ts`. */
  isAwaited = false
  /** Whether a crash is passed to a caller and not reported. */
  withoutCrashReport = false
  /** The time when its handler began to wait, in whole milliseconds of the kernel's clock; 0 if the kernel was not observed then. */
  waitsSince: number = 0
}

/** The base class of processes: accessors for the rare fields, whose object is made when the first of them is set. */
export abstract class ProcessBase extends Scope {
  /** Whom its engine tells from now on of what its handlers get; undefined where nobody looks. */
  probeOfEngine(): Probe | undefined {
    return undefined
  }

  #rareFields: RareFields | undefined = undefined

  get #madeFields(): RareFields {
    this.#rareFields ??= new RareFields()
    return this.#rareFields
  }

  /** Drops the rare fields of a dead process. */
  dropRareFields(): void {
    this.#rareFields?.callbacks?.drop()
    this.#rareFields = undefined
  }

  /** Moves all messages that are on their way into the mailbox. Only a stepped kernel has such messages. */
  receivesAllSent(): void {}

  get offspring(): Ancestry | undefined {
    return this.#rareFields?.offspring
  }
  set offspring(value: Ancestry | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.offspring = value
  }

  get dictionary(): Map<unknown, unknown> | undefined {
    return this.#rareFields?.dictionary
  }
  set dictionary(value: Map<unknown, unknown> | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.dictionary = value
  }

  get witnesses(): DeathObservers {
    return this.#rareFields?.witnesses
  }
  set witnesses(value: DeathObservers) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.witnesses = value
  }

  get timers(): Set<MessageTimer> | undefined {
    return this.#rareFields?.timers
  }
  set timers(value: Set<MessageTimer> | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.timers = value
  }

  get resources(): Owned | undefined {
    return this.#rareFields?.resources
  }
  set resources(value: Owned | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.resources = value
  }

  /** The resources; made if there are none. */
  get owned(): Owned {
    this.resources ??= new Owned(this as unknown as Process)
    return this.resources
  }

  get countsAsOwner(): boolean {
    return this.#rareFields?.countsAsOwner === true
  }
  set countsAsOwner(value: boolean) {
    if (value || this.#rareFields !== undefined) this.#madeFields.countsAsOwner = value
  }

  get ownersBelow(): number {
    return this.#rareFields?.ownersBelow ?? 0
  }
  set ownersBelow(value: number) {
    if (value !== 0 || this.#rareFields !== undefined) this.#madeFields.ownersBelow = value
  }

  get descendants(): ClosingDescendants | undefined {
    return this.#rareFields?.descendants
  }
  set descendants(value: ClosingDescendants) {
    this.#madeFields.descendants = value
  }

  get opened(): Openings | undefined {
    return this.#rareFields?.opened
  }
  set opened(value: Openings) {
    this.#madeFields.opened = value
  }

  get handings(): readonly Handings[] | undefined {
    return this.#rareFields?.handings
  }
  set handings(value: readonly Handings[] | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.handings = value
  }

  get callbacks(): Callbacks<Process> | undefined {
    return this.#rareFields?.callbacks
  }
  set callbacks(value: Callbacks<Process>) {
    this.#madeFields.callbacks = value
  }

  get via(): NameKeeper | undefined {
    return this.#rareFields?.via
  }
  set via(value: NameKeeper | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.via = value
  }

  get bound(): MailboxLimit | undefined {
    return this.#rareFields?.bound
  }
  set bound(value: MailboxLimit | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.bound = value
  }

  get linked(): Pid | undefined {
    return this.#rareFields?.linked
  }
  set linked(value: Pid | undefined) {
    this.#madeFields.linked = value
  }

  get trapping(): boolean {
    return this.#rareFields?.trapping === true
  }
  set trapping(value: boolean) {
    if (value || this.#rareFields !== undefined) this.#madeFields.trapping = value
  }

  get undivided(): boolean {
    return this.#rareFields?.undivided === true
  }
  set undivided(value: boolean) {
    if (value || this.#rareFields !== undefined) this.#madeFields.undivided = value
  }

  get isAwaited(): boolean {
    return this.#rareFields?.isAwaited === true
  }
  set isAwaited(value: boolean) {
    if (value || this.#rareFields !== undefined) this.#madeFields.isAwaited = value
  }

  get withoutCrashReport(): boolean {
    return this.#rareFields?.withoutCrashReport === true
  }
  set withoutCrashReport(value: boolean) {
    if (value || this.#rareFields !== undefined) this.#madeFields.withoutCrashReport = value
  }

  get handling(): Handling | undefined {
    return this.#rareFields?.handling
  }
  set handling(value: Handling | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.handling = value
  }

  get handlerEnd(): Promise<void> | undefined {
    return this.#rareFields?.handlerEnd
  }
  set handlerEnd(value: Promise<void> | undefined) {
    if (value !== undefined || this.#rareFields !== undefined) this.#madeFields.handlerEnd = value
  }

  get waitsSince(): number {
    return this.#rareFields?.waitsSince ?? 0
  }
  set waitsSince(value: number) {
    if (value !== 0 || this.#rareFields !== undefined) this.#madeFields.waitsSince = value
  }
}
