import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import { Reference } from '../terms/reference.js'
import { DownMessage, type RemoteName } from '../terms/signal-messages.js'

/** The mode of an alias that is made with a monitor: when it stops working. Erlang's `{alias, Mode}` option of `monitor/3`. */
export type AliasMode = 'explicit_unalias' | 'demonitor' | 'reply_demonitor'

/** A process that has monitors and aliases: it gets their messages. */
export interface Watcher {
  readonly pid: Pid
  readonly alive: boolean
  monitors: Monitor | undefined
  deliver(message: unknown): void
}

/** A process that is monitored. */
export interface Watched {
  readonly pid: Pid
  monitoredBy: Monitor | undefined
}

/** An alias: another address of a process, for replies. */
export class Alias extends Reference {
  constructor(
    public owner: Watcher | undefined,
    readonly once: boolean,
  ) {
    super()
  }
}

/**
 * A monitor: one process watches another. The object is also the reference that its owner gets. It is in two lists,
 * so that both ends find and remove it in O(1), in the order of creation:
 *
 *     owner.monitors     ⇄ via prevOwned / nextOwned
 *     target.monitoredBy ⇄ via prevWatching / nextWatching; `prevWatching` of the first is the last
 */
export class Monitor extends Reference {
  prevOwned: Monitor | undefined = undefined
  nextOwned: Monitor | undefined = undefined
  prevWatching: Monitor | undefined = undefined
  nextWatching: Monitor | undefined = undefined
  target: Watched | undefined = undefined
  /** The alias mode, while the reference also works as an alias. */
  alias: AliasMode | undefined = undefined

  constructor(
    /** The owner; `undefined` for code outside any process, for example a call from there. */
    public owner: Watcher | undefined,
    readonly object: Pid | RemoteName,
    readonly tag: unknown,
  ) {
    super()
  }

  get active(): boolean {
    return this.target !== undefined
  }

  attach(target: Watched): void {
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

  /** Removes the monitor from both lists. Its alias is not changed. */
  detach(): void {
    const target = this.target
    if (target === undefined) return
    this.target = undefined
    const first = target.monitoredBy as Monitor
    if (first === this) target.monitoredBy = this.nextWatching
    else (this.prevWatching as Monitor).nextWatching = this.nextWatching
    // `prevWatching` of the oldest is the newest.
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

  /** Called when the target has died and the monitor is detached. */
  fired(reason: ExitReason): void {
    this.owner?.deliver(new DownMessage(this.tag, this, this.object, reason))
    if (this.alias === 'explicit_unalias') return
    this.alias = undefined
    this.owner = undefined
  }

  /** Called when the owner has died and the monitor is detached. */
  abandoned(): void {
    this.alias = undefined
  }
}

/** Removes all monitors of a process that died. */
export function abandonMonitors(process: Watcher): void {
  for (let monitor = process.monitors; monitor !== undefined; monitor = process.monitors) {
    monitor.detach()
    monitor.abandoned()
  }
}
