import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Process } from '../../src/kernel/process/process.js'
import {
  addLink,
  countOfLinks,
  eachOf,
  forgetLink,
  hasLink,
  removeLink,
  takeLinks,
} from '../../src/kernel/signals/link-table.js'
import { routeOf } from '../../src/kernel/terms/pid.js'
import { world } from '../kernel/world.js'

const COUNT = 80

/** Mostly links to the first, as a supervisor has them, and its end now and then. */
const end = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(COUNT - 1) })
const act = fc.record({
  do: fc.constantFrom('add', 'add', 'add', 'remove', 'die' as const),
  a: end,
  b: fc.nat(COUNT - 1),
})

describe('links', () => {
  it('are what was made of them and not undone, on both sides, however many there are', () => {
    const made = (): Process[] => {
      const { kernel } = world()
      return Array.from({ length: COUNT }, () => routeOf(kernel.spawnBehaviour({ handle() {} })) as Process)
    }
    fc.assert(
      fc.property(fc.array(act, { minLength: 1, maxLength: 400 }), (acts) => {
        const all = made()
        const model = all.map(() => new Set<number>())
        for (const { do: what, a, b } of acts) {
          const [one, other] = [all[a] as Process, all[b] as Process]
          if (what === 'die') {
            for (const each of takeLinks(other)) forgetLink(each, other)
            for (const set of model) set.delete(b)
            model[b]?.clear()
          } else if (a !== b && what === 'add') {
            addLink(one, other)
            model[a]?.add(b)
            model[b]?.add(a)
          } else if (a !== b) {
            removeLink(one, other)
            model[a]?.delete(b)
            model[b]?.delete(a)
          }
        }
        for (const [at, process] of all.entries()) {
          const linked = [...eachOf<Process>(process.links)]
            .map((each) => all.indexOf(each))
            .sort((x, y) => x - y)
          expect(linked).toEqual([...(model[at] as Set<number>)].sort((x, y) => x - y))
          expect(countOfLinks(process.links)).toBe(linked.length)
          expect(all.flatMap((each, index) => (hasLink(process, each) ? [index] : []))).toEqual(linked)
        }
      }),
      { numRuns: 200 },
    )
  })
})
