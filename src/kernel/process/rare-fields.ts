import { Scope } from '../context/async-scope.js'
import type { Handling } from '../context/current-process.js'
import type { Callbacks } from '../context/own-callback-table.js'
import type { Bound } from '../mail/mailbox-limit.js'
import type { NameKeeper } from '../names/name-table.js'
import type { ClosingDescendants } from '../resources/closing-descendants.js'
import type { Openings } from '../resources/opened-things.js'
import { Owned } from '../resources/owned-resources.js'
import type { Handings } from '../shared/functions-handed-over.js'
import type { Witnesses } from '../signals/death-observer.js'
import type { MessageTimer } from '../timers/message-timer.js'
import type { Ancestry } from './behaviour.js'
import type { Process } from './process.js'

/** What most processes never have, so that those that wait by the million do not pay for it. */
class Belonging {
  /** The ancestry of those it started last. */
  offspring: Ancestry | undefined = undefined
  dictionary: Map<unknown, unknown> | undefined = undefined
  witnesses: Witnesses = undefined
  /** Timers that will send to this process. */
  timers: Set<MessageTimer> | undefined = undefined
  /** What it owns, once there was something. */
  resources: Owned | undefined = undefined
  /** It owns something, or a descendant does. */
  countsAsOwner = false
  /** How many of its children count as owners. */
  ownersBelow = 0
  /** Once it is dead: those below it whose end is waited for. */
  descendants: ClosingDescendants | undefined = undefined
  /** What it opened without owning it, as far as that is noted. */
  opened: Openings | undefined = undefined
  /** What it has handed to shared things. */
  handings: readonly Handings[] | undefined = undefined
  /** What it has handed to `ownCallback`. */
  callbacks: Callbacks | undefined = undefined
  /** The run of an async handler that it is in. */
  handling: Handling | undefined = undefined
  /** The limit of its mailbox, if it has one. */
  bound: Bound | undefined = undefined
  /** The name that it was started under, where a registry keeps it. */
  via: NameKeeper | undefined = undefined
  trapping = false
  /** All its code is its handlers': see `call-cycle.ts`. */
  undivided = false
  /** A crash reaches a caller, who decides what is said of it. */
  quiet = false
  /** When its handler began to wait, in whole milliseconds of the kernel's clock; 0 when nobody observed the kernel. */
  waitsSince: number = 0
}

/** A process as far as it is like most others: the rest is in one object, made when the first of it comes. */
export class Modest extends Scope {
  #belonging: Belonging | undefined = undefined

  get #made(): Belonging {
    this.#belonging ??= new Belonging()
    return this.#belonging
  }

  /** The process is dead, and nobody needs them any more. */
  dropBelongings(): void {
    this.#belonging?.callbacks?.drop()
    this.#belonging = undefined
  }

  get offspring(): Ancestry | undefined {
    return this.#belonging?.offspring
  }
  set offspring(value: Ancestry | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.offspring = value
  }

  get dictionary(): Map<unknown, unknown> | undefined {
    return this.#belonging?.dictionary
  }
  set dictionary(value: Map<unknown, unknown> | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.dictionary = value
  }

  get witnesses(): Witnesses {
    return this.#belonging?.witnesses
  }
  set witnesses(value: Witnesses) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.witnesses = value
  }

  get timers(): Set<MessageTimer> | undefined {
    return this.#belonging?.timers
  }
  set timers(value: Set<MessageTimer> | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.timers = value
  }

  get resources(): Owned | undefined {
    return this.#belonging?.resources
  }
  set resources(value: Owned | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.resources = value
  }

  /** The same, made if there was nothing. */
  get owned(): Owned {
    this.resources ??= new Owned(this as unknown as Process)
    return this.resources
  }

  get countsAsOwner(): boolean {
    return this.#belonging?.countsAsOwner === true
  }
  set countsAsOwner(value: boolean) {
    if (value || this.#belonging !== undefined) this.#made.countsAsOwner = value
  }

  get ownersBelow(): number {
    return this.#belonging?.ownersBelow ?? 0
  }
  set ownersBelow(value: number) {
    if (value !== 0 || this.#belonging !== undefined) this.#made.ownersBelow = value
  }

  get descendants(): ClosingDescendants | undefined {
    return this.#belonging?.descendants
  }
  set descendants(value: ClosingDescendants) {
    this.#made.descendants = value
  }

  get opened(): Openings | undefined {
    return this.#belonging?.opened
  }
  set opened(value: Openings) {
    this.#made.opened = value
  }

  get handings(): readonly Handings[] | undefined {
    return this.#belonging?.handings
  }
  set handings(value: readonly Handings[] | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.handings = value
  }

  get callbacks(): Callbacks | undefined {
    return this.#belonging?.callbacks
  }
  set callbacks(value: Callbacks) {
    this.#made.callbacks = value
  }

  get via(): NameKeeper | undefined {
    return this.#belonging?.via
  }
  set via(value: NameKeeper | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.via = value
  }

  get bound(): Bound | undefined {
    return this.#belonging?.bound
  }
  set bound(value: Bound | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.bound = value
  }

  get trapping(): boolean {
    return this.#belonging?.trapping === true
  }
  set trapping(value: boolean) {
    if (value || this.#belonging !== undefined) this.#made.trapping = value
  }

  get undivided(): boolean {
    return this.#belonging?.undivided === true
  }
  set undivided(value: boolean) {
    if (value || this.#belonging !== undefined) this.#made.undivided = value
  }

  get quiet(): boolean {
    return this.#belonging?.quiet === true
  }
  set quiet(value: boolean) {
    if (value || this.#belonging !== undefined) this.#made.quiet = value
  }

  get handling(): Handling | undefined {
    return this.#belonging?.handling
  }
  set handling(value: Handling | undefined) {
    if (value !== undefined || this.#belonging !== undefined) this.#made.handling = value
  }

  get waitsSince(): number {
    return this.#belonging?.waitsSince ?? 0
  }
  set waitsSince(value: number) {
    if (value !== 0 || this.#belonging !== undefined) this.#made.waitsSince = value
  }
}
