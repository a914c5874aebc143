/** Where the programs of Heartwood run: a process in the tree of a booted application, guarded as any application is. */
import {
  application,
  boot,
  defineConfig,
  type Pid,
  receive,
  spawn,
  spawnLink,
  supervisorSpec,
} from 'heartwood'
import type { Sample, Work } from './sample.js'

interface Order {
  readonly work: Work
  readonly size: number
  readonly resolve: (sample: Sample) => void
  readonly reject: (reason: unknown) => void
}

export interface Stage {
  /** Runs `work` in a process of its own, so that nothing is left over for the next. */
  run(work: Work, size: number): Promise<Sample>
  stop(): Promise<unknown>
}

/** @param contain false: without containment and watchdog, to show what they cost */
export async function stage(contain: boolean): Promise<Stage> {
  const start = (): Pid => spawnLink(perform, { name: 'stage' })
  const root = supervisorSpec('root', { children: [{ id: 'stage', start }] })
  const system = await boot(
    defineConfig({
      applications: [application({ name: 'bench', root })],
      contain,
      ...(contain ? undefined : { blockingLimit: Number.POSITIVE_INFINITY }),
      log: { level: 'silent' },
    }),
  )
  return {
    run: (work, size) =>
      new Promise((resolve, reject) => {
        system.kernel.send('stage', { work, size, resolve, reject } satisfies Order)
      }),
    stop: () => system.stop(),
  }
}

async function perform(): Promise<void> {
  for (;;) {
    const { work, size, resolve, reject } = (await receive()) as Order
    spawn(() => work(size).then(resolve, reject))
  }
}
