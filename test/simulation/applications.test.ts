import {
  application,
  boot,
  Call,
  Cast,
  createLogger,
  defineConfig,
  GenServer,
  HeartwoodError,
  inject,
  ref,
  Supervisor,
} from 'heartwood'
import { explore, simulate } from 'heartwood/testing'
import { expect, it } from 'vitest'
import { failureOf } from './world.js'

class Mail {
  send(to: string): string {
    return `sent to ${to}`
  }
}

@GenServer({ name: 'desk' })
class Desk {
  constructor(@inject(Mail) private readonly mail: Mail) {}

  @Call() welcome(who: string): string {
    return this.mail.send(who)
  }

  @Cast() fall(): void {
    throw new Error('over the carpet')
  }
}

@Supervisor({ name: 'office', children: [Desk] })
class Office {}

const config = defineConfig({
  contain: false,
  blockingLimit: Number.POSITIVE_INFINITY,
  applications: [application({ name: 'hotel', root: Office, bindings: (bind) => bind(Mail).toSelf() })],
})

it('boots, repairs and stops a whole application, in any order of steps', async () => {
  const { outcomes } = await explore({ runs: 150, crashes: 'allow' }, async (sim) => {
    const system = await boot(config, { kernel: sim.kernel, logger: createLogger({ level: 'silent' }) })
    const desk = ref(Desk).with({ waitForRestart: 100 })
    ref(Desk).cast.fall()
    const welcomed = await desk.call.welcome('Ada').catch((error: unknown) => {
      if (HeartwoodError.is(error, 'CALL_SERVER_EXITED')) return 'nobody is there'
      throw error
    })
    await system.stop()
    return [welcomed, sim.kernel.whereis('desk')]
  })
  // What one process sends another keeps its order: the desk falls first, and the call is made to the next or to nobody.
  expect([...outcomes.keys()].sort()).toEqual(["[ 'nobody is there', undefined ]"])
})

it('has the same trace of it every time', async () => {
  const traces = []
  for (let each = 0; each < 2; each++) {
    const { trace } = await simulate({ seed: 3 }, async (sim) => {
      const system = await boot(config, { kernel: sim.kernel, logger: createLogger({ level: 'silent' }) })
      await ref(Desk).call.welcome('Ada')
      await system.stop()
    })
    traces.push(trace)
  }
  expect(traces[1]).toBe(traces[0])
  expect(traces[0]).toContain('desk takes call welcome(')
})

it('hears of crashes, though the application has its own log', async () => {
  const error = await failureOf(
    simulate({}, async (sim) => {
      const system = await boot(config, { kernel: sim.kernel, logger: createLogger({ level: 'silent' }) })
      ref(Desk).cast.fall()
      await sim.quiet()
      await system.stop()
    }),
  )
  expect(error.cause).toMatchObject({ code: 'SIMULATION_CRASH', details: { process: 'desk' } })
})
