import fc from 'fast-check'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { stop } from '../../src/genserver/index.js'
import { exit, HeartwoodError, type Pid, receive } from '../../src/kernel/index.js'
import { DuplicateRegistry, isGroupMessage, ProcessGroups, UniqueRegistry } from '../../src/registry/index.js'
import { by, worker } from './world.js'

const PROCESSES = 5
const KEYS = ['a', 'b', 'c', Number.NaN, 0] as const
type Key = (typeof KEYS)[number]

const who = fc.nat(PROCESSES - 1)
const key = fc.constantFrom<Key>(...KEYS)
const value = fc.nat(2)
const register = fc.record({ act: fc.constant('register' as const), who, key, value })
const unregister = fc.record({ act: fc.constant('unregister' as const), who, key })
const unregisterMatch = fc.record({ act: fc.constant('unregisterMatch' as const), who, key, value })
const update = fc.record({ act: fc.constant('update' as const), who, key, value })
const kill = fc.record({ act: fc.constant('kill' as const), who })
const restart = fc.record({ act: fc.constant('restart' as const) })
const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: register },
    { weight: 3, arbitrary: unregister },
    { weight: 2, arbitrary: unregisterMatch },
    { weight: 2, arbitrary: update },
    { weight: 2, arbitrary: kill },
    { weight: 1, arbitrary: restart },
  ),
  { maxLength: 60 },
)
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never

/** The simplest thing that can be a registry: a list of rows. */
class Model {
  rows: { pid: Pid; key: Key; value: number }[] = []

  at(key: Key, pid?: Pid) {
    return this.rows.filter((row) => Object.is(row.key, key) && (pid === undefined || row.pid === pid))
  }

  drop(gone: Model['rows']): void {
    this.rows = this.rows.filter((row) => !gone.includes(row))
  }
}

/** A registry and its model, side by side. */
class Pair {
  readonly model = new Model()
  readonly registry: UniqueRegistry<Key, number> | DuplicateRegistry<Key, number>
  keeper!: Pid
  pids: Pid[] = []

  constructor(unique: boolean) {
    this.registry = unique ? new UniqueRegistry('model') : new DuplicateRegistry('model')
  }

  async start(): Promise<void> {
    this.keeper = await this.registry.start()
    this.pids = Array.from({ length: PROCESSES }, worker)
  }

  async run(step: Step): Promise<void> {
    const { model, registry } = this
    if (step.act === 'restart') {
      await stop(this.keeper, 'shutdown')
      // Whoever was registered has ended with it.
      model.rows = []
      return this.start()
    }
    const pid = this.pids[step.who] as Pid
    switch (step.act) {
      case 'register': {
        const [taken] = registry instanceof UniqueRegistry ? model.at(step.key) : []
        const outcome = await by(pid, () => registry.register(step.key, step.value)).catch((error) => error)
        if (taken === undefined) model.rows.push({ pid, key: step.key, value: step.value })
        else expect(HeartwoodError.is(outcome, 'ALREADY_REGISTERED') && outcome.details.pid).toBe(taken.pid)
        return
      }
      case 'unregister':
        await by(pid, () => registry.unregister(step.key))
        return model.drop(model.at(step.key, pid))
      case 'unregisterMatch':
        await by(pid, () => registry.unregisterMatch(step.key, step.value))
        return model.drop(model.at(step.key, pid).filter((row) => row.value === step.value))
      case 'update': {
        if (!(registry instanceof UniqueRegistry)) return
        const result = await by(pid, () => registry.updateValue(step.key, () => step.value))
        const [row] = model.at(step.key, pid)
        expect(result?.previous).toBe(row?.value)
        if (row !== undefined) row.value = step.value
        return
      }
      case 'kill':
        exit(pid, 'kill')
        model.drop(model.rows.filter((row) => row.pid === pid))
        this.pids[step.who] = worker()
    }
  }

  compare(): void {
    const { model, registry, pids } = this
    expect(registry.count()).toBe(model.rows.length)
    for (const pid of pids) {
      const rows = model.rows.filter((row) => row.pid === pid)
      expect(registry.keys(pid)).toEqual(rows.map((row) => row.key))
      for (const at of KEYS)
        expect(registry.values(at, pid)).toEqual(model.at(at, pid).map((row) => row.value))
    }
    for (const at of KEYS) {
      const found = [registry.lookup(at) ?? []].flat()
      expect(found).toEqual(model.at(at).map(({ pid, value }) => ({ pid, value })))
    }
    expect(registry.select()).toHaveLength(model.rows.length)
  }
}

async function inKernel(body: () => Promise<void>): Promise<void> {
  const kernel = new TestKernel()
  try {
    await kernel.run(body)
  } finally {
    await kernel.close()
  }
}

describe('whatever is registered and whoever dies', () => {
  for (const unique of [true, false]) {
    it(`a ${unique ? 'unique' : 'duplicate'} registry is a list of rows`, () =>
      fc.assert(
        fc.asyncProperty(steps, (script) =>
          inKernel(async () => {
            const pair = new Pair(unique)
            await pair.start()
            for (const step of script) {
              await pair.run(step)
              pair.compare()
            }
          }),
        ),
        { numRuns: 100 },
      ))
  }

  it('what a monitor of groups is told adds up to their members', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            act: fc.constantFrom('join', 'join', 'leave', 'kill'),
            who,
            group: fc.constantFrom('a', 'b', 'c'),
          }),
          { maxLength: 60 },
        ),
        (script) =>
          inKernel(async () => {
            const groups = new ProcessGroups('groups')
            await groups.start()
            groups.monitorScope()
            const pids = Array.from({ length: PROCESSES }, worker)
            for (const { act, who: at, group } of script) {
              const pid = pids[at] as Pid
              if (act === 'join') groups.join(group, pid)
              else if (act === 'leave') groups.leave(group, pid)
              else {
                exit(pid, 'kill')
                pids[at] = worker()
              }
            }
            const told = await membersTold()
            for (const group of ['a', 'b', 'c']) {
              expect(groups.getMembers(group)).toEqual(told.get(group) ?? [])
            }
          }),
      ),
      { numRuns: 100 },
    ))
})

async function membersTold(): Promise<Map<unknown, Pid[]>> {
  const told = new Map<unknown, Pid[]>()
  for (;;) {
    const change = await receive(isGroupMessage, { timeout: 0 })
    if (change === undefined) return told
    const members = told.get(change.group) ?? []
    told.set(change.group, members)
    for (const pid of change.pids) {
      if (change.tag === 'join') members.push(pid)
      else members.splice(members.lastIndexOf(pid), 1)
    }
  }
}
