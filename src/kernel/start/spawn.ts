import { noteSpawned } from '../calls/other-pending-work.js'
import { actor } from '../context/current-kernel.js'
import { Script } from '../process/process-script.js'
import { checkMonitorOptions, type MonitorOptions, monitor } from '../signals/monitor.js'
import type { Pid } from '../terms/pid.js'
import type { Reference } from '../terms/reference.js'
import { checkSpawn, NO_OPTIONS, SPAWN_OPTIONS, type SpawnOptions } from './spawn-options.js'

/**
 * Starts a process that runs `fn`. It ends normally when `fn` returns, or with the error that `fn` throws. `spawn` returns
 * at once; `fn` starts when the current code next waits. Erlang's `spawn/1`.
 *
 * @throws NAME_TAKEN, NAME_INVALID for `options.name`; NOT_A_FUNCTION, BAD_OPTION
 * @example
 * ```ts
 * const pid = spawn(async () => console.log('got', await receive()))
 * send(pid, 'hello')
 * ```
 */
export function spawn(fn: () => unknown, options: SpawnOptions = NO_OPTIONS): Pid {
  const spawner = actor()
  return noteSpawned(spawner, spawner.kernel.spawn(fn, options))
}

/**
 * Starts a process as `spawn` does, linked to the current one: the crash of one ends both. Erlang's `spawn_link/1`.
 *
 * @throws the errors of `spawn`
 * @example
 * ```ts
 * trapExit(true)
 * const worker = spawnLink(() => { throw new Error('oops') })
 * const { reason } = await receive(isExit)
 * ```
 */
export function spawnLink(fn: () => unknown, options: SpawnOptions = {}): Pid {
  checkSpawn('spawnLink', fn, options)
  const spawner = actor()
  return noteSpawned(spawner, spawner.kernel.launch(new Script(fn), { ...options, link: true }))
}

/**
 * Starts a process as `spawn` does, and monitors it: a `DownMessage` comes when it ends, even if that is at once. Erlang's
 * `spawn_monitor/1`.
 *
 * @throws the errors of `spawn`
 * @example
 * ```ts
 * const { ref } = spawnMonitor(() => {})
 * const down = await receive(isDown)
 * ```
 */
export function spawnMonitor(
  fn: () => unknown,
  options: SpawnOptions & { monitor?: MonitorOptions } = {},
): { pid: Pid; ref: Reference } {
  checkSpawn('spawnMonitor', fn, options, MONITORED_OPTIONS)
  // Checked before the spawn, so that no process is started without its monitor.
  if (options.monitor !== undefined) checkMonitorOptions(options.monitor)
  const spawner = actor()
  const pid = noteSpawned(spawner, spawner.kernel.launch(new Script(fn), options))
  return { pid, ref: monitor(pid, options.monitor) }
}

const MONITORED_OPTIONS = [...SPAWN_OPTIONS, 'monitor']
