import { actor } from '../context/current-kernel.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { isRevoked } from '../show/index.js'
import { Pid, routeOf } from '../terms/pid.js'
import { Reference, RemoteReference } from '../terms/reference.js'
import { downOf, type RemoteName } from '../terms/signal-messages.js'
import { Alias, type AliasMode, Monitor } from './monitor-record.js'

/** Options of `monitor`. */
export interface MonitorOptions {
  /** Stands in `DownMessage.tag` instead of `'DOWN'`. */
  readonly tag?: unknown
  /**
   * Makes the reference an alias too, to be given to whoever shall reply, until: `unalias`; or also `demonitor` and
   * the `DownMessage` (`'demonitor'`); or also the first message through it (`'reply_demonitor'`).
   */
  readonly alias?: AliasMode
}

const ALIAS_MODES = ['explicit_unalias', 'demonitor', 'reply_demonitor']

/**
 * Watches a process: exactly one `DownMessage` comes when it ends, at once with reason `'noproc'` if there is none.
 * Each call makes a monitor of its own. Monitoring oneself does nothing. Erlang's `monitor/2,3`.
 *
 * @throws NOT_A_PID when `target` is neither pid nor name, BAD_OPTION
 * @example
 * ```ts
 * const ref = monitor(pid)
 * const down = await receive(downOf(ref))
 * ```
 */
export function monitor(target: Pid | string | RemoteName, options: MonitorOptions = {}): Reference {
  const owner = actor()
  checkMonitorOptions(options)
  const [process, object] = targetOf(target, owner)
  if (process === owner) return new Reference()
  const tag = 'tag' in options ? options.tag : 'DOWN'
  const made = process?.newMonitor(owner, object, tag) ?? new Monitor(owner, object, tag)
  made.alias = options.alias
  // A process whose resources are still closing is watched until that is done, and gives its real reason.
  if (process !== undefined) made.attach(process)
  else made.fired('noproc')
  return made
}

/** @throws BAD_OPTION */
export function checkMonitorOptions(options: MonitorOptions): void {
  checkKnown('monitor', options, ['tag', 'alias'])
  const { alias } = options
  if (alias === undefined || ALIAS_MODES.includes(alias)) return
  const expected = ALIAS_MODES.join(', ')
  throw kernelError('BAD_OPTION', { action: 'monitor', option: 'alias', value: alias, expected })
}

function targetOf(
  target: Pid | string | RemoteName,
  owner: Process,
): [Process | undefined, Pid | RemoteName] {
  const { kernel } = owner
  if (target instanceof Pid) {
    kernel.touches(target)
    kernel.touches(target, 'watching')
    return [routeOf(target), target]
  }
  if (isRevoked(target)) throw kernelError('NOT_A_PID', { action: 'monitor', value: target })
  const { name, node } = typeof target === 'string' ? { name: target, node: kernel.node } : (target ?? {})
  if (typeof name !== 'string' || typeof node !== 'string') {
    throw kernelError('NOT_A_PID', { action: 'monitor', value: target })
  }
  const process = node === kernel.node ? kernel.names.get(name) : kernel.nodes?.named(name, node)
  if (process?.isRemote === false) {
    kernel.touches(process.pid)
    kernel.touches(process.pid, 'watching')
  }
  return [process, { name, node }]
}

/** Options of `demonitor`. */
export interface DemonitorOptions {
  /** Also removes the `DownMessage` from the mailbox if it came already. */
  readonly flush?: boolean
  /** Makes the result say whether the monitor was still active. */
  readonly info?: boolean
}

/**
 * Ends a monitor; no `DownMessage` comes from now on. One that came already stays unless `flush`. A reference of
 * another process is left alone. Erlang's `demonitor/1,2`.
 *
 * @returns true; with `info`, false if the `DownMessage` had come (or there was no such monitor)
 * @throws NOT_A_REFERENCE, BAD_OPTION
 */
export function demonitor(ref: Reference, options: DemonitorOptions = {}): boolean {
  const owner = actor()
  checkKnown('demonitor', options, ['flush', 'info'])
  if (!(ref instanceof Reference)) throw kernelError('NOT_A_REFERENCE', { action: 'demonitor', value: ref })
  let active = false
  if (ref instanceof Monitor) touchesTarget(owner.kernel, ref)
  if (ref instanceof Monitor && ref.owner === owner && ref.active) {
    active = true
    ref.detach()
    if (ref.alias !== undefined) owner.kernel.touches('aliases')
    if (ref.alias !== 'explicit_unalias') ref.alias = undefined
  }
  // While it stands nothing has come: as in Erlang, only then the mailbox is not looked through.
  if (options.flush === true && !active) owner.mailbox.withdraw(downOf(ref))
  return options.info === true ? active : true
}

/** Whether it still stands shows whether its target lives. */
function touchesTarget(kernel: Kernel, { object, target }: Monitor): void {
  if (object instanceof Pid) kernel.touches(object)
  else kernel.touches('monitors by name')
  if (target === undefined) return
  kernel.touches(target.pid)
  kernel.touches(target.pid, 'watching')
}

/**
 * A second address of the current process that can be taken back: messages to it are dropped after `unalias`, and
 * with `reply: true` after the first one. Erlang's `alias/0,1`.
 */
export function alias(options: { readonly reply?: boolean } = {}): Reference {
  checkKnown('alias', options, ['reply'])
  return new Alias(actor(), options.reply === true)
}

/**
 * Takes an alias back. Erlang's `unalias/1`.
 *
 * @returns true if it was active and the current process's own
 * @throws NOT_A_REFERENCE
 */
export function unalias(ref: Reference): boolean {
  const owner = actor()
  if (!(ref instanceof Reference)) throw kernelError('NOT_A_REFERENCE', { action: 'unalias', value: ref })
  owner.kernel.touches('aliases')
  if (ref instanceof Alias) {
    if (ref.owner !== owner) return false
    ref.owner = undefined
    return true
  }
  if (!(ref instanceof Monitor) || ref.owner !== owner || ref.alias === undefined) return false
  ref.alias = undefined
  return true
}

/** The process a message to an alias goes to; undefined when the alias is not active any more. */
export function resolveAlias(ref: Reference): Process | undefined {
  if (ref instanceof RemoteReference) return ref.route
  if (ref instanceof Alias) {
    const { owner } = ref
    if (ref.once) ref.owner = undefined
    return owner
  }
  if (!(ref instanceof Monitor) || ref.alias === undefined) return undefined
  if (ref.alias === 'reply_demonitor') {
    ref.alias = undefined
    ref.detach()
  }
  return ref.owner
}
