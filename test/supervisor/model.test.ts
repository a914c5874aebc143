import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resume, suspend } from '../../src/genserver/index.js'
import { HeartwoodError, type Pid, receive, trapExit } from '../../src/kernel/index.js'
import {
  type ChildSpec,
  deleteChild,
  restartChild,
  startChild,
  startSupervisor,
  terminateChild,
} from '../../src/supervisor/index.js'
import { exitOf, type World, world } from '../kernel/world.js'
import { type ChildPlan, Model, type Step, type TreePlan } from './model.js'
import { end, lineOf, Nursery, supervisorReports } from './nursery.js'

const IDS = ['a', 'b', 'c', 'd']
const id = fc.constantFrom(...IDS)

function childPlan(name: fc.Arbitrary<string>): fc.Arbitrary<ChildPlan> {
  const outcome = fc.constantFrom<'ok' | 'fail' | 'ignore'>('ok', 'ok', 'ok', 'ok', 'fail', 'ignore')
  return fc
    .record({
      id: name,
      restart: fc.constantFrom('permanent', 'transient', 'temporary'),
      significant: fc.boolean(),
      starts: fc.array(outcome, { maxLength: 6 }),
    })
    .map((plan) => ({ ...plan, significant: plan.significant && plan.restart !== 'permanent' }))
}

const treePlan: fc.Arbitrary<TreePlan> = fc
  .record({
    strategy: fc.constantFrom('one_for_one', 'one_for_all', 'rest_for_one'),
    intensity: fc.nat(6),
    autoShutdown: fc.constantFrom('never', 'any_significant', 'all_significant'),
    children: fc.tuple(...IDS.slice(0, 3).map((name) => childPlan(fc.constant(name)))),
  })
  .map((plan) => ({
    ...plan,
    children: plan.children.map((child) => ({
      ...child,
      significant: child.significant && plan.autoShutdown !== 'never',
      // Most trees shall start.
      starts: child.starts.length > 3 ? child.starts : (['ok', ...child.starts] as const),
    })),
  }))

const childEnd = fc.record({ id, reason: fc.constantFrom('normal', 'shutdown', 'boom') })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('end'),
      ends: fc.uniqueArray(childEnd, { minLength: 1, maxLength: 3, selector: (it) => it.id }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constantFrom('terminateChild', 'restartChild', 'deleteChild'), id }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('startChild'), child: childPlan(id) }) },
) as fc.Arbitrary<Step>

/** The real thing, doing what the model is told. */
class Real {
  readonly nursery = new Nursery()
  #top: Pid | undefined

  constructor(private readonly world: World) {}

  async start(plan: TreePlan): Promise<void> {
    const children = plan.children.map((child) => this.#spec(child))
    const options = { ...plan, period: 3_600_000, children }
    this.#top = await startSupervisor(options).catch((error: unknown) => this.#refused(error, 'START_FAILED'))
  }

  async perform(given: Step): Promise<string> {
    const top = this.#top as Pid
    try {
      switch (given.act) {
        case 'startChild':
          await startChild(top, this.#spec(given.child))
          break
        case 'end':
          await suspend(top)
          for (const { id: name, reason } of given.ends) {
            if (this.nursery.hasRun(name)) await end(this.world.kernel, this.nursery.pid(name), reason)
          }
          await resume(top)
          await this.world.kernel.settled()
          break
        default:
          await { terminateChild, restartChild, deleteChild }[given.act](top, given.id)
      }
      return 'ok'
    } catch (error) {
      return HeartwoodError.is(error) ? error.code : String(error)
    }
  }

  async state(): Promise<{ ended: unknown; line: string }> {
    if (this.#top === undefined) return { ended: 'failed to start', line: '' }
    const last = await receive(exitOf(this.#top), { timeout: 0 })
    if (last !== undefined) return { ended: last.reason, line: '' }
    return { ended: undefined, line: await lineOf(this.#top) }
  }

  get reports(): string[] {
    return supervisorReports(this.world.reports)
  }

  #spec({ id: name, restart, significant, starts }: ChildPlan): ChildSpec {
    const plan = (nth: number) => {
      const outcome = starts[nth - 1] ?? 'ok'
      if (outcome === 'ok') return undefined
      return outcome === 'fail' ? { fail: 'sorry' } : outcome
    }
    return this.nursery.child(name, { restart, significant, traps: true, plan })
  }

  #refused(error: unknown, code: string): undefined {
    if (!HeartwoodError.is(error, code)) throw error
  }
}

describe('a supervisor and a simple model of it', () => {
  it('do the same, whatever their children do and whatever is asked of them', async () => {
    let [ended, gaveUp] = [0, 0]
    const scenario = fc.asyncProperty(treePlan, fc.array(step, { maxLength: 12 }), async (plan, steps) => {
      const made = world()
      await made.kernel.run(async () => {
        trapExit(true)
        const model = new Model(plan)
        const real = new Real(made)
        await real.start(plan)
        await made.kernel.settled()
        for (const next of [undefined, ...steps]) {
          if (next !== undefined) expect(await real.perform(next)).toBe(model.perform(next))
          expect(real.nursery.log).toEqual(model.log)
          expect(real.reports).toEqual(model.reports)
          expect(await real.state()).toEqual({
            ended: model.ended,
            line: model.ended === undefined ? model.line : '',
          })
          if (model.ended === undefined) continue
          ended++
          if (model.reports.some((report) => report.startsWith('shutdown '))) gaveUp++
          return
        }
      })
    })
    await fc.assert(scenario, { numRuns: 500 })
    // The scenarios are worth something only if supervisors end in them, and in more ways than one.
    expect(ended).toBeGreaterThan(50)
    expect(gaveUp).toBeGreaterThan(10)
    expect(ended - gaveUp).toBeGreaterThan(10)
  })
})
