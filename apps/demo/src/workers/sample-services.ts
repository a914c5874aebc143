import { GenServer, inject, own, sleep, spawn } from 'heartwood'
import { openSamples } from '../samples.js'
import { SETTINGS, type Settings } from '../settings.js'
import { Faults } from './faults.js'
import { SAMPLE_SERVICES } from './names.js'
import { PortMemory } from './port-memory.js'
import { WatchedTargets } from './watched-targets.js'
import { Worker } from './worker.js'

/** Runs the sample services, unless there are targets to watch. Restarted, it comes back under the same addresses. */
@GenServer({ name: SAMPLE_SERVICES })
export class SampleServices extends Worker {
  constructor(
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(PortMemory) private readonly memory: PortMemory,
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Faults) faults: Faults,
  ) {
    super(faults)
  }

  async init(): Promise<'ignore' | undefined> {
    if (this.settings.targets !== undefined) return 'ignore'
    this.begin(SAMPLE_SERVICES)
    const samples = own(await openSamples({ delay, ports: this.memory.ports }))
    this.watched.list = samples.targets
    return undefined
  }
}

/** Waits in a process of its own: this one has more than one visitor at a time. */
function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    spawn(async () => {
      await sleep(milliseconds)
      resolve()
    })
  })
}
