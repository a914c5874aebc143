import type { Process } from '../process/process.js'
import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import { Reference } from '../terms/reference.js'
import { DownMessage, type RemoteName } from '../terms/signal-messages.js'

/** When an alias made with a monitor stops working; Erlang's `{alias, Mode}` option of `monitor/3`. */
export type AliasMode = 'explicit_unalias' | 'demonitor' | 'reply_demonitor'

/** A process's second address, to be given to whoever shall reply. */
export class Alias extends Reference {
  constructor(
    public owner: Process | undefined,
    readonly once: boolean,
  ) {
    super()
  }
}

/**
 * One process watching another. The object is the reference its owner holds, and stands in two lists at once,
 * so that both ends find and drop it in O(1) and in creation order:
 *
 *     owner.monitors     ⇄ via prevOwned / nextOwned
 *     target.monitoredBy ⇄ via prevWatching / nextWatching; before the first comes the last
 */
export class Monitor extends Reference {
  prevOwned: Monitor | undefined = undefined
  nextOwned: Monitor | undefined = undefined
  prevWatching: Monitor | undefined = undefined
  nextWatching: Monitor | undefined = undefined
  target: Process | undefined = undefined
  /** The alias mode while the reference also works as an alias. */
  alias: AliasMode | undefined = undefined

  constructor(
    /** Undefined where code outside any process waits, as in a call from there. */
    public owner: Process | undefined,
    readonly object: Pid | RemoteName,
    readonly tag: unknown,
  ) {
    super()
  }

  get active(): boolean {
    return this.target !== undefined
  }

  attach(target: Process): void {
    this.target = target
    const first = target.monitoredBy
    if (first === undefined) {
      target.monitoredBy = this
      this.prevWatching = this
    } else {
      const last = first.prevWatching as Monitor
      last.nextWatching = this
      this.prevWatching = last
      first.prevWatching = this
    }
    const owner = this.owner
    if (owner === undefined) return
    this.nextOwned = owner.monitors
    if (owner.monitors !== undefined) owner.monitors.prevOwned = this
    owner.monitors = this
  }

  /** Leaves both lists. What it is an alias for stays as it is. */
  detach(): void {
    const target = this.target
    if (target === undefined) return
    this.target = undefined
    const first = target.monitoredBy as Monitor
    if (first === this) target.monitoredBy = this.nextWatching
    else (this.prevWatching as Monitor).nextWatching = this.nextWatching
    // The oldest knows the newest.
    if (this.nextWatching !== undefined) this.nextWatching.prevWatching = this.prevWatching
    else if (first !== this) first.prevWatching = this.prevWatching
    this.prevWatching = undefined
    this.nextWatching = undefined
    const owner = this.owner
    if (owner === undefined) return
    if (this.prevOwned === undefined) owner.monitors = this.nextOwned
    else this.prevOwned.nextOwned = this.nextOwned
    if (this.nextOwned !== undefined) this.nextOwned.prevOwned = this.prevOwned
    this.prevOwned = undefined
    this.nextOwned = undefined
  }

  /** The target died. Already detached. */
  fired(reason: ExitReason): void {
    this.owner?.deliver(new DownMessage(this.tag, this, this.object, reason))
    if (this.alias === 'explicit_unalias') return
    this.alias = undefined
    this.owner = undefined
  }

  /** The owner died. Already detached. */
  abandoned(): void {
    this.alias = undefined
  }
}

/** The process died: what it watched is left. */
export function abandonMonitors(process: Process): void {
  for (let monitor = process.monitors; monitor !== undefined; monitor = process.monitors) {
    monitor.detach()
    monitor.abandoned()
  }
}
