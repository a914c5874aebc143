import type { Process } from '../process/process.js'
import { tellDeathObservers } from '../signals/death-observer.js'
import { Monitor } from '../signals/monitor-record.js'
import type { RemoteProcess } from './remote-process.js'

/** A monitor of a process of another kernel, which has a representative here. */
export class RemoteMonitor extends Monitor {
  override attach(target: Process): void {
    super.attach(target)
    const { home, address } = target as RemoteProcess
    const connection = home.way()
    if (connection !== undefined && typeof address !== 'object') {
      try {
        connection.monitor(this, target as RemoteProcess)
      } catch (error) {
        // The other side never got it; it fails where it was made.
        super.detach()
        throw error
      }
    } else {
      this.detach()
      this.fired(home.unreachable)
    }
  }

  override detach(): void {
    const target = this.target as RemoteProcess | undefined
    super.detach()
    target?.home.connection?.demonitor(this)
  }
}

/** A monitor of the kernel, for death observers of a process of another kernel: they are told when its death is known here. */
export class RemoteDeath extends RemoteMonitor {
  constructor(readonly process: RemoteProcess) {
    super(undefined, process.pid, 'DEATH')
  }

  override fired(): void {
    tellDeathObservers(this.process)
  }
}
