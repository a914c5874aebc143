import {
  type ApplicationOptions,
  application,
  boot,
  type Child,
  type ConfigOptions,
  createLogger,
  defineConfig,
  type RunningSystem,
  startLink,
  supervisorSpec,
  trapExit,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'

/** Applications whose workers say when they start and stop, in a kernel whose time stands still. */
export class World {
  /** What was started and stopped, in order. */
  readonly log: string[] = []
  readonly kernel = new TestKernel()

  get clock() {
    return this.kernel.clock
  }

  get reports() {
    return this.kernel.reports
  }

  /** A worker that logs its start and stop; either may be made to fail or to hang. */
  worker(id: string, does: { start?: () => unknown; stop?: () => unknown } = {}): Child {
    const { log } = this
    const callbacks = {
      async init() {
        trapExit(true)
        await does.start?.()
        log.push(`start ${id}`)
        return { state: undefined }
      },
      handleCast(): never {
        throw new Error(`${id} crashed`)
      },
      async terminate() {
        await does.stop?.()
        log.push(`stop ${id}`)
      },
    }
    return { id, start: () => startLink(callbacks, undefined, { name: id }) }
  }

  boot(
    applications: readonly ApplicationOptions[],
    { signal, ...rest }: Partial<ConfigOptions> & { signal?: AbortSignal } = {},
  ): Promise<RunningSystem> {
    // Whether the machine is busy is not what these tests are about.
    const config = defineConfig({
      contain: false,
      blockingLimit: Number.POSITIVE_INFINITY,
      ...rest,
      applications: applications.map(application),
    })
    return boot(config, { kernel: this.kernel, logger: createLogger({ level: 'silent' }), signal })
  }
}

export const tree = (id: string, ...children: Child[]): Child =>
  supervisorSpec(id, { intensity: 0, children }, { name: id })

export const never = (): Promise<never> => new Promise(() => {})

export const fails = (message: string) => (): never => {
  throw new Error(message)
}
