/**
 * Servers that call each other: what the laws of circles, and the comparison with a BEAM, are tried on. Clients call servers, whose
 * handlers call others in their turn, and answer at once, later, or by somebody else.
 */
import { promisify } from 'node:util'
import { call, defineServer, from, noReply, ref, reply, start } from '../../src/genserver/index.js'
import { MethodCall } from '../../src/genserver/messages/server-message.js'
import { context } from '../../src/kernel/context/async-scope.js'
import { HeartwoodError, self, sleep, spawn } from '../../src/kernel/index.js'
import type { Process } from '../../src/kernel/process/process.js'
import { routeOf } from '../../src/kernel/terms/pid.js'
import { TestKernel } from '../../src/testing/index.js'

/**
 * How a server answers: itself; itself, with the calls made in the handler and in no function of their own; in a process beside it; by another
 * process; by another server; both goes on and lends.
 */
export type How = 'plain' | 'direct' | 'beside' | 'later' | 'forwarded' | 'lent'

/** How a handler goes on when a call is answered or something else happens, of which the kernel knows nothing. */
export type Form =
  | 'race'
  | 'any'
  | 'promise'
  | 'settlers'
  | 'derived'
  | 'prototype'
  | 'callback'
  | 'loop'
  | 'failure'

/**
 * One thing that a handler does: it calls a server, which does the same in its turn; all at once, the first of some, or until
 * something else happens.
 */
export type Act = { delay: number } & (
  | { to: number; how: How; acts: Act[]; by: number }
  | { all: Act[] }
  | { first: Act[] }
  | { until: number; form: Form; act: Act }
)

/** Something that happens elsewhere in the program: who waits for it, waits for nothing of the kernel's. */
function elsewhere(ms: number): Promise<void> {
  return new Promise((resolve) => {
    // By the main process: what a handler itself sets going is known to the kernel.
    const main = (routeOf(self()) as Process).kernel.main()
    context.run(main, () =>
      spawn(async () => {
        await sleep(ms)
        resolve()
      }),
    )
  })
}

type Handing = (work: Promise<unknown>, resolve: (value: unknown) => void, reject: () => void) => void
const { then } = Promise.prototype

/** Forms in which others may have the resolve function, too, that the work is given. */
const HANDING: Partial<Record<Form, Handing>> = {
  settlers: (work, resolve, reject) => work.then(resolve, reject),
  derived: (work, resolve, reject) => work.then((it) => it).then(resolve, reject),
  prototype: (work, resolve, reject) => then.call((async () => await work)(), resolve, reject),
  callback: (work, resolve, reject) => promisified(work).then(resolve, reject),
}

/** A function that takes a callback, as one that gives a promise. */
const promisified = promisify((work: Promise<unknown>, done: (error: unknown, value?: unknown) => void) => {
  work.then((value) => done(undefined, value), done)
})

/** Waits for `work`, or until something else happens. */
async function either(form: Form, ms: number, work: Promise<unknown>): Promise<unknown> {
  const other = elsewhere(ms)
  const handed = HANDING[form]
  if (handed !== undefined) {
    // Looks as if the promise were returned, as long as nobody else looks after it.
    return new Promise<unknown>((resolve, reject) => {
      handed(work, resolve, reject)
      other.then(resolve)
    })
  }
  // What comes of it when the handler has gone on is nobody's.
  work.catch(() => {})
  if (form === 'race') return Promise.race([work, other])
  if (form === 'any') return Promise.any([work, other])
  if (form === 'failure') {
    const failing = other.then(() => Promise.reject(new Error('failed')))
    await Promise.all([work, failing]).catch(() => {})
    return undefined
  }
  return new Promise<void>((resolve, reject) => {
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
export interface Run {
  readonly made: Set<string>
  readonly outcomes: Map<string, string>
  readonly refused: string[]
  /** Whether a circle was told, at once or by the time-out of a call. */
  readonly told: boolean
}

/**
 * @param blind whether the code of the handlers is hidden from the kernel, so that no circle is ever told
 * @param timeout of each call
 * @param limit of the calls that one server handles beside its mailbox; `Infinity` for none
 */
export async function run(
  { servers, clients }: { servers: number; clients: readonly Act[] },
  blind: boolean,
  timeout = Number.POSITIVE_INFINITY,
  limit = 2,
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
      failed(place)(error)
    }
  }
  const failed = (place: string) => (error: unknown) => {
    const code = HeartwoodError.is(error) ? error.code : String(error)
    if (code === 'CALL_CYCLE') refused.push(place)
    if (HeartwoodError.is(error) && typeof error.details.cycle === 'string') told = true
    outcomes.set(place, code)
  }
  const handled = async (acts: readonly Act[], at: number | undefined, place: string): Promise<string> => {
    await null
    if (!blind) await perform(acts, at, place)
    else await context.run(routeOf(self()) as Process, () => perform(acts, at, place))
    return 'answered'
  }

  /** As `perform`, of the calls among them: each made by itself. */
  const callsOf = (acts: readonly Act[], at: number | undefined, place: string) =>
    acts.flatMap((act, index) => {
      const inner = 'act' in act ? act.act : act
      if (!('to' in inner) || inner.to % servers === at) return []
      const here = `${place}.${index}`
      const make = () => {
        made.add(here)
        const request = () =>
          call(
            `s${inner.to % servers}`,
            new MethodCall(inner.how, [inner.acts, here, inner.by % servers]),
            timeout,
          )
        const asked = blind ? context.run(routeOf(self()) as Process, request) : request()
        return asked.then((value) => void outcomes.set(here, String(value)), failed(here))
      }
      return [{ make, delay: act.delay, until: 'act' in act ? act : undefined }]
    })

  class Actor {
    readonly #at = Number((routeOf<Process>(self())?.name ?? 's0').slice(1))
    async plain(acts: Act[], place: string): Promise<string> {
      return handled(acts, this.#at, place)
    }
    async direct(acts: Act[], place: string): Promise<string> {
      await null
      const calls = callsOf(acts, this.#at, place)
      for (const { make, delay, until } of calls) {
        await sleep(delay)
        if (until === undefined) await make()
        else await either(until.form, until.until, make())
      }
      return 'answered'
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
    calls: ['plain', 'direct', 'beside', 'later', 'forwarded', 'lent'],
    casts: ['finish'],
    concurrent: [limit === Number.POSITIVE_INFINITY ? 'beside' : { method: 'beside', limit }],
  })

  const kernel = new TestKernel()
  const seen = await kernel.run(async () => {
    for (let n = 0; n < servers; n++) await start(Actor, undefined, { name: `s${n}` })
    for (const [n, act] of clients.entries()) spawn(() => perform([act], undefined, `${n}`))
    await kernel.clock.advance(500_000_000)
    return { made: new Set(made), outcomes: new Map(outcomes), refused: [...refused], told }
  })
  // What crashes is no longer waited for, and would pass for an answer.
  const crashes = kernel.reports.filter(({ level }) => level === 'error')
  if (crashes.length > 0) throw new Error(`a handler failed: ${crashes[0]?.message}`)
  await kernel.close()
  return seen
}

/** The calls that nobody answers, ever. */
export const waiting = ({ made, outcomes }: Run): string[] =>
  [...made].filter((place) => !outcomes.has(place))
