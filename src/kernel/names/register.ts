import { actor, currentKernel } from '../context/current-kernel.js'
import { checkPid } from '../errors/argument-checks.js'
import { kernelError } from '../errors/errors.js'
import type { Process } from '../process/process.js'
import { type Pid, routeOf } from '../terms/pid.js'

/** The key in a child spec for the name that its process will register, for checks of a tree that does not run. */
export const REGISTERS: unique symbol = Symbol.for('heartwood.registers')

/**
 * Registers a living process under a name, until it dies or `unregister` is called. A process has at most one name, a name at most one
 * process. Erlang's `register/2`.
 *
 * @throws NAME_INVALID, NAME_TAKEN, ALREADY_NAMED, NOT_A_PID, NOT_ALIVE, NOT_LOCAL
 */
export function register(name: string, pid: Pid): true {
  const { kernel } = actor()
  checkPid(pid, 'register')
  kernel.touches(pid)
  const process = routeOf<Process>(pid)
  if (process?.isRemote === true) throw kernelError('NOT_LOCAL', { action: 'register', pid, node: pid.node })
  if (process?.alive !== true) throw kernelError('NOT_ALIVE', { pid, action: `registered as "${name}"` })
  kernel.names.register(name, process)
  if (process.starter === undefined) kernel.names.up(process)
  return true
}

/** Frees a name. Erlang's `unregister/1`. @throws NAME_UNKNOWN */
export function unregister(name: string): true {
  actor().kernel.names.unregister(name)
  return true
}

/** The process that is registered under a name; `undefined` if there is none. Erlang's `whereis/1`. */
export function whereis(name: string): Pid | undefined {
  return currentKernel().whereis(name)
}

/** All registered names. Erlang's `registered/0`. */
export function registered(): string[] {
  return currentKernel().registered()
}
