import fc from 'fast-check'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { call, defineServer, from, noReply, ref, reply, start } from '../../src/genserver/index.js'
import { MethodCall } from '../../src/genserver/messages/server-message.js'
import { context } from '../../src/kernel/context/async-scope.js'
import { HeartwoodError, self, sleep, spawn } from '../../src/kernel/index.js'
import type { Process } from '../../src/kernel/process/process.js'
import { routeOf } from '../../src/kernel/terms/pid.js'

/** How a server answers: itself; in a process beside it; by another process; by another server; both goes on and lends. */
type How = 'plain' | 'beside' | 'later' | 'forwarded' | 'lent'

/** How a handler goes on when a call is answered or something else happens, of which the kernel knows nothing. */
type Form = 'race' | 'any' | 'promise' | 'loop' | 'failure'

/**
 * One thing that a handler does: it calls a server, which does the same in its turn; all at once, the first of some, or until
 * something else happens.
 */
type Act = { delay: number } & (
  | { to: number; how: How; acts: Act[]; by: number }
  | { all: Act[] }
  | { first: Act[] }
  | { until: number; form: Form; act: Act }
)

const delay = fc.integer({ min: 1, max: 9_999 })
const actOf = (hows: How[], depth: number): fc.Arbitrary<Act> => {
  const acts = depth === 0 ? fc.constant<Act[]>([]) : fc.array(actOf(hows, depth - 1), { maxLength: 2 })
  const calling: fc.Arbitrary<Act> = fc.record({
    delay,
    to: fc.nat(5),
    how: fc.constantFrom(...hows),
    acts,
    by: fc.nat(5),
  })
  if (depth === 0) return calling
  const form = fc.constantFrom<Form>('race', 'any', 'promise', 'loop', 'failure')
  const several = fc.array(actOf(hows, depth - 1), { minLength: 1, maxLength: 3 })
  return fc.oneof(
    { weight: 8, arbitrary: calling },
    { weight: 1, arbitrary: fc.record({ delay, all: several }) },
    { weight: 1, arbitrary: fc.record({ delay, first: several }) },
    { weight: 2, arbitrary: fc.record({ delay, until: delay, form, act: actOf(hows, depth - 1) }) },
  )
}
const scenario = (hows: How[]) =>
  fc.record({
    servers: fc.integer({ min: 2, max: 6 }),
    clients: fc.array(actOf(hows, 4), { minLength: 2, maxLength: 5 }),
  })

/** Something that happens elsewhere in the program: who waits for it, waits for nothing of the kernel's. */
function elsewhere(ms: number): Promise<void> {
  return new Promise((resolve) => {
    spawn(async () => {
      await sleep(ms)
      resolve()
    })
  })
}

/** Waits for `work`, or until something else happens. */
async function either(form: Form, ms: number, work: Promise<void>): Promise<void> {
  // What comes of it when the handler has gone on is nobody's.
  work.catch(() => {})
  const other = elsewhere(ms)
  if (form === 'race') return Promise.race([work, other])
  if (form === 'any') return Promise.any([work, other])
  if (form === 'failure') {
    const failing = other.then(() => Promise.reject(new Error('failed')))
    await Promise.all([work, failing]).catch(() => {})
    return
  }
  await new Promise<void>((resolve, reject) => {
    if (form === 'promise') work.then(() => resolve(), reject)
    else {
      const loop = async (): Promise<void> => {
        await work
        resolve()
      }
      loop().catch(reject)
    }
    other.then(() => resolve())
  })
}

/** What became of each call, named by its place in the scenario; what is missing waits for ever. */
interface Run {
  readonly made: Set<string>
  readonly outcomes: Map<string, string>
  readonly refused: string[]
  /** Whether a circle was told, at once or by the time-out of a call. */
  readonly told: boolean
}

/**
 * @param blind whether the code of the handlers is hidden from the kernel, so that no circle is ever told
 * @param timeout of each call
 */
async function run(
  { servers, clients }: { servers: number; clients: readonly Act[] },
  blind: boolean,
  timeout = Number.POSITIVE_INFINITY,
): Promise<Run> {
  const outcomes = new Map<string, string>()
  const [made, refused]: [Set<string>, string[]] = [new Set(), []]
  let told = false

  const perform = async (acts: readonly Act[], at: number | undefined, place: string): Promise<void> => {
    for (const [index, act] of acts.entries()) {
      await sleep(act.delay)
      const here = `${place}.${index}`
      if ('all' in act) await Promise.all(act.all.map((each, n) => perform([each], at, `${here}${'abc'[n]}`)))
      else if ('first' in act)
        await Promise.race(act.first.map((each, n) => perform([each], at, `${here}${'abc'[n]}`)))
      else if ('act' in act) await either(act.form, act.until, perform([act.act], at, `${here}u`))
      else if (act.to % servers !== at) await ask(act, here)
    }
  }
  const ask = async (act: Extract<Act, { to: number }>, place: string): Promise<void> => {
    const method = new MethodCall(act.how, [act.acts, place, act.by % servers])
    made.add(place)
    try {
      outcomes.set(place, String(await call(`s${act.to % servers}`, method, timeout)))
    } catch (error) {
      const code = HeartwoodError.is(error) ? error.code : String(error)
      if (code === 'CALL_CYCLE') refused.push(place)
      if (HeartwoodError.is(error) && typeof error.details.cycle === 'string') told = true
      outcomes.set(place, code)
    }
  }
  const handled = async (acts: readonly Act[], at: number | undefined, place: string): Promise<string> => {
    await null
    if (!blind) await perform(acts, at, place)
    else await context.run(routeOf(self()) as Process, () => perform(acts, at, place))
    return 'answered'
  }

  class Actor {
    readonly #at = Number((routeOf(self())?.name ?? 's0').slice(1))
    async plain(acts: Act[], place: string): Promise<string> {
      return handled(acts, this.#at, place)
    }
    async beside(acts: Act[], place: string): Promise<string> {
      return handled(acts, undefined, place)
    }
    later(acts: Act[], place: string) {
      const client = from()
      spawn(async () => reply(client, await handled(acts, undefined, place)))
      return noReply
    }
    forwarded(acts: Act[], place: string, by: number) {
      ref(Actor, `s${by}`).cast.finish(from(), acts, place)
      return noReply
    }
    async lent(acts: Act[], place: string) {
      const client = from()
      spawn(async () => {
        await sleep(20_001)
        reply(client, 'answered')
      })
      await handled(acts, this.#at, place)
      return noReply
    }
    async finish(client: ReturnType<typeof from>, acts: Act[], place: string): Promise<void> {
      reply(client, await handled(acts, this.#at, place))
    }
  }
  defineServer(Actor, {
    calls: ['plain', 'beside', 'later', 'forwarded', 'lent'],
    casts: ['finish'],
    concurrent: [{ method: 'beside', limit: 2 }],
  })

  const kernel = new TestKernel()
  const seen = await kernel.run(async () => {
    for (let n = 0; n < servers; n++) await start(Actor, undefined, { name: `s${n}` })
    for (const [n, act] of clients.entries()) spawn(() => perform([act], undefined, `${n}`))
    await kernel.clock.advance(50_000_000)
    return { made: new Set(made), outcomes: new Map(outcomes), refused: [...refused], told }
  })
  // What crashes is no longer waited for, and would pass for an answer.
  expect(kernel.reports.filter(({ level }) => level === 'error')).toEqual([])
  await kernel.close()
  return seen
}

const waiting = ({ made, outcomes }: Run): string[] => [...made].filter((place) => !outcomes.has(place))

describe('a circle of calls', () => {
  const runs = Number(process.env.CIRCLE_RUNS ?? 60)
  const all: How[] = ['plain', 'beside', 'later', 'forwarded', 'lent']

  it('is told only of calls that would wait for ever', () =>
    fc.assert(
      fc.asyncProperty(scenario(all), async (it) => {
        const unseen = await run(it, true)
        expect(unseen.refused).toEqual([])
        const [real, stuck] = [await run(it, false), waiting(unseen)]
        // Who lost a race may be dead, or not yet, when its call is answered: not all outcomes are the same.
        if (stuck.length === 0) expect([real.refused, waiting(real)]).toEqual([[], []])
        // Up to there it went the same way.
        else if (real.refused[0] !== undefined) expect(stuck).toContain(real.refused[0])
      }),
      { numRuns: runs },
    ))

  it('is always told where nobody else can answer, by the time-out of a call at the latest', () =>
    fc.assert(
      fc.asyncProperty(scenario(['plain', 'beside']), async (it) => {
        const stuck = waiting(await run(it, true))
        const real = await run(it, false, 1_000_000)
        expect(waiting(real)).toEqual([])
        if (stuck.length > 0) expect(real.told).toBe(true)
      }),
      { numRuns: runs },
    ))
})
