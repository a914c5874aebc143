import {
  type Application,
  application,
  type Bindings,
  boot,
  type Child,
  createLogger,
  defineConfig,
  Kernel,
  overrideBindings,
  type Report,
  type RunningSystem,
} from 'heartwood'
import { VirtualClock } from '../../src/kernel/index.js'

/** One application, booted in a kernel of its own whose time stands still. */
export interface World {
  readonly system: RunningSystem
  readonly clock: VirtualClock
  readonly kernel: Kernel
  readonly reports: Report[]
}

/** What a world's application is made of. */
export interface Plan {
  readonly root: Child
  readonly bindings?: Bindings
  /** In place of whatever the application binds. */
  readonly overrides?: Bindings
}

export async function world({ root, bindings, overrides }: Plan): Promise<World> {
  const reports: Report[] = []
  const clock = new VirtualClock()
  const kernel = new Kernel({ clock, report: (it) => reports.push(it) })
  const made: Application = application({ name: 'app', root, bindings })
  const config = defineConfig({ applications: [made], contain: false })
  const given = overrides === undefined ? config : overrideBindings(config, overrides)
  const system = await boot(given, { kernel, logger: createLogger({ level: 'silent' }) })
  return { system, clock, kernel, reports }
}

/** Runs a test's body against a world, as a process of its kernel, and stops the world after it. */
export function inWorld(plan: () => Plan, body: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const made = await world(plan())
    try {
      await made.kernel.run(() => body(made))
    } finally {
      await made.system.stop()
    }
  }
}
