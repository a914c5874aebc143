import { noteSpawned } from '../calls/other-pending-work.js'
import { actor } from '../context/current-kernel.js'
import { Script } from '../process/process-script.js'
import { Monitor } from '../signals/monitor-record.js'
import type { ExitReason } from '../terms/exit-reason.js'
import type { Pid } from '../terms/pid.js'
import { begin } from './process-start.js'
import type { SpawnOptions } from './spawn-options.js'

/**
 * The monitor of a process that is spawned by `spawnAtOnce`. An end inside the spawn is the result of the spawn, and sends no message; a
 * later one sends a DOWN as for any monitor.
 */
export class SpawnMonitor extends Monitor {
  /** How the process ended, if that was inside the spawn and its exit signals are sent. */
  end: { readonly reason: ExitReason } | undefined = undefined
  #spawning = true

  get pid(): Pid {
    return this.object as Pid
  }

  /** Called when the spawn is over. */
  spawned(): void {
    this.#spawning = false
  }

  override fired(reason: ExitReason): void {
    if (this.#spawning) {
      this.end = { reason }
      this.alias = undefined
      this.owner = undefined
    } else super.fired(reason)
  }
}

/**
 * Spawns a process as `spawn` does, and monitors it with the reference as an alias until it is demonitored. If no other process is ready,
 * `fn` runs inside this call; if it does not wait either, the process has ended when the call returns, and costs its spawner no message.
 *
 * @param begins called with the monitor before `fn` runs
 */
export function spawnAtOnce(
  fn: () => unknown,
  options: SpawnOptions,
  begins: (watch: SpawnMonitor) => void,
): SpawnMonitor {
  const spawner = actor()
  const { kernel } = spawner
  const process = kernel.prepare(spawner, new Script(fn), options, options.ancestry === true)
  const { pid } = process
  const watch = new SpawnMonitor(spawner, pid, 'DOWN')
  watch.alias = 'demonitor'
  watch.attach(process)
  begins(watch)
  begin(process)
  watch.spawned()
  if (watch.end === undefined) {
    kernel.names.up(process)
    noteSpawned(spawner, pid)
  }
  return watch
}
