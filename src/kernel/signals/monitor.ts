import { actor } from '../context/current-kernel.js'
import { kernelError } from '../errors/errors.js'
import { checkKnown } from '../errors/known-options.js'
import type { Kernel } from '../kernel.js'
import type { Process } from '../process/process.js'
import { isInstance, isRevoked } from '../show/index.js'
import { Pid, routeOf } from '../terms/pid.js'
import { Reference, RemoteReference } from '../terms/reference.js'
import { downOf, type RemoteName } from '../terms/signal-messages.js'
import { Alias, type AliasMode, Monitor } from './monitor-record.js'

/** Options of `monitor`. */
export interface MonitorOptions {
  /** The value of `DownMessage.tag`. Default `'DOWN'`. */
  readonly tag?: unknown
  /**
   * Makes the reference also an alias, for replies. It ends with `unalias`; with `'demonitor'` also with `demonitor` and
   * the `DownMessage`; with `'reply_demonitor'` also with the first message through it.
   */
  readonly alias?: AliasMode
}

const ALIAS_MODES = ['explicit_unalias', 'demonitor', 'reply_demonitor']

/**
 * Monitors a process: the current process gets exactly one `DownMessage` when it ends; at once, with reason `'noproc'`, if it does not
 * exist. Each call makes another monitor. A monitor of the current process itself does nothing. Erlang's `monitor/2,3`.
 *
 * @throws NOT_A_PID if `target` is neither pid nor name, BAD_OPTION
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
  // A process whose resources are still closing is monitored until they are closed; its real reason is then reported.
  if (process !== undefined) made.attach(process)
  else made.fired('noproc')
  return made
}

/** Checks the options of `monitor`. @throws BAD_OPTION */
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
    return [routeOf<Process>(target), target]
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
  /** Whether to remove the `DownMessage` from the mailbox if it has arrived. */
  readonly flush?: boolean
  /** Whether the result tells if the monitor was still active. */
  readonly info?: boolean
}

/**
 * Ends a monitor: no `DownMessage` comes any more. One that has arrived stays in the mailbox, unless `flush` is set. A reference of
 * another process is ignored. Erlang's `demonitor/1,2`.
 *
 * @returns true; with `info` false if the `DownMessage` had arrived, or if there was no such monitor
 * @throws NOT_A_REFERENCE, BAD_OPTION
 */
export function demonitor(ref: Reference, options: DemonitorOptions = {}): boolean {
  const owner = actor()
  checkKnown('demonitor', options, ['flush', 'info'])
  if (!isInstance(ref, Reference)) throw kernelError('NOT_A_REFERENCE', { action: 'demonitor', value: ref })
  let active = false
  if (ref instanceof Monitor) touchesTarget(owner.kernel, ref)
  if (ref instanceof Monitor && ref.owner === owner && ref.active) {
    active = true
    ref.detach()
    if (ref.alias !== undefined) owner.kernel.touches('aliases')
    if (ref.alias !== 'explicit_unalias') ref.alias = undefined
  }
  // For an active monitor no message has arrived; so, as in Erlang, the mailbox is not searched.
  if (options.flush === true && !active) owner.mailbox.withdraw(downOf(ref))
  return options.info === true ? active : true
}

/** Notes for simulations that the result depends on the target: whether a monitor is active shows whether its target lives. */
function touchesTarget(kernel: Kernel, { object, target }: Monitor): void {
  if (object instanceof Pid) kernel.touches(object)
  else kernel.touches('monitors by name')
  if (target === undefined) return
  kernel.touches(target.pid)
  kernel.touches(target.pid, 'watching')
}

/**
 * Makes an alias: another address of the current process that can be removed. Messages to it are dropped after `unalias`, and
 * with `reply: true` also after the first message. Erlang's `alias/0,1`.
 */
export function alias(options: { readonly reply?: boolean } = {}): Reference {
  checkKnown('alias', options, ['reply'])
  return new Alias(actor(), options.reply === true)
}

/**
 * Removes an alias. Erlang's `unalias/1`.
 *
 * @returns true if it was active and belongs to the current process
 * @throws NOT_A_REFERENCE
 */
export function unalias(ref: Reference): boolean {
  const owner = actor()
  if (!isInstance(ref, Reference)) throw kernelError('NOT_A_REFERENCE', { action: 'unalias', value: ref })
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

/** The process that gets a message to an alias; `undefined` if the alias is not active. */
export function resolveAlias(ref: Reference): Process | undefined {
  if (ref instanceof RemoteReference) return ref.route as Process
  if (ref instanceof Alias) {
    const { owner } = ref
    if (ref.once) ref.owner = undefined
    return owner as Process | undefined
  }
  if (!(ref instanceof Monitor) || ref.alias === undefined) return undefined
  if (ref.alias === 'reply_demonitor') {
    ref.alias = undefined
    ref.detach()
  }
  return ref.owner as Process | undefined
}
