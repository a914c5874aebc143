import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  demonitor,
  exit,
  isAlive,
  isDown,
  isExit,
  link,
  monitor,
  type Pid,
  processInfo,
  type Reference,
  register,
  registered,
  spawn,
  trapExit,
  unlink,
  unregister,
  whereis,
} from '../../src/kernel/index.js'
import { codeOf, idle, Puppet, world } from '../kernel/world.js'
import { ShuffledScheduler } from './shuffled.js'

const SIZE = 6
const index = fc.nat(SIZE - 1)

describe('links', () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ by: index, link: index }) },
    { weight: 2, arbitrary: fc.record({ by: index, unlink: index }) },
    { weight: 1, arbitrary: fc.record({ by: index, traps: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({ by: index, ends: index, reason: fc.constantFrom('a', 'normal', 'kill') }),
    },
  )

  it('are the same seen from both ends, and carry an end to all that do not trap, once to each that does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.integer(), async (acts, seed) => {
        const { kernel } = world({ scheduler: new ShuffledScheduler(seed) })
        await kernel.run(async () => {
          const puppets = Array.from({ length: SIZE }, () => new Puppet())
          const pids = puppets.map(({ pid }) => pid)
          const links = puppets.map(() => new Set<number>())
          const traps = puppets.map(() => false)
          const alive = puppets.map(() => true)
          const told = puppets.map((): string[] => [])

          const ends = (first: number, firstReason: string): void => {
            const dying = [[first, firstReason] as const]
            for (const [who, reason] of dying) {
              if (!alive[who]) continue
              alive[who] = false
              for (const other of links[who] as Set<number>) {
                links[other]?.delete(who)
                if (traps[other]) told[other]?.push(`${pids[who]} ${reason}`)
                else if (reason !== 'normal') dying.push([other, reason])
              }
              links[who]?.clear()
            }
          }

          for (const it of acts) {
            const puppet = puppets[it.by] as Puppet
            if (!alive[it.by]) continue
            if ('link' in it) {
              const code = await codeOf(() => puppet.does(kernel, () => link(pids[it.link] as Pid)))
              const possible = alive[it.link]
              expect(code).toBe(possible || traps[it.by] ? undefined : 'NO_PROCESS')
              if (!possible && traps[it.by]) told[it.by]?.push(`${pids[it.link]} noproc`)
              if (possible && it.link !== it.by) {
                links[it.by]?.add(it.link)
                links[it.link]?.add(it.by)
              }
            } else if ('unlink' in it) {
              await puppet.does(kernel, () => unlink(pids[it.unlink] as Pid))
              links[it.by]?.delete(it.unlink)
              links[it.unlink]?.delete(it.by)
            } else if ('traps' in it) {
              expect(await puppet.does(kernel, () => trapExit(it.traps))).toBe(traps[it.by])
              traps[it.by] = it.traps
            } else {
              // A process outside the model sends the signal.
              exit(pids[it.ends] as Pid, it.reason)
              if (!alive[it.ends]) continue
              if (it.reason === 'kill') ends(it.ends, 'killed')
              else if (traps[it.ends]) told[it.ends]?.push(`main ${it.reason}`)
              else if (it.reason !== 'normal') ends(it.ends, it.reason)
            }
            await kernel.settled()
            for (const [who, pid] of pids.entries()) {
              expect(isAlive(pid)).toBe(alive[who])
              if (!alive[who]) continue
              const seen = new Set(processInfo(pid, 'links')?.map((other) => pids.indexOf(other)))
              expect(seen).toEqual(links[who])
              const exits = (processInfo(pid, 'messages') ?? []).filter(isExit)
              expect(
                exits.map(({ from, reason }) => `${pids.includes(from) ? from : 'main'} ${reason}`).sort(),
              ).toEqual([...(told[who] as string[])].sort())
            }
          }
        })
      }),
      { numRuns: 150 },
    )
  })
})

describe('monitors', () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.record({ watch: index, by: fc.constantFrom('pid', 'name' as const) }) },
    { weight: 2, arbitrary: fc.record({ drop: fc.nat(30), flush: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ end: index }) },
  )

  it('deliver exactly one DOWN each, with the reason, in the order they were made, unless taken back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        const { kernel } = world()
        await kernel.run(async () => {
          const watcher = new Puppet()
          const pids = Array.from({ length: SIZE }, (_, i) => spawn(idle, { name: `p${i}` }))
          const alive = pids.map(() => true)
          const active: { ref: Reference; target: number }[] = []
          const downs: [Reference, string][] = []
          const made: Reference[] = []
          for (const it of acts) {
            if ('watch' in it) {
              const target = it.by === 'pid' ? (pids[it.watch] as Pid) : `p${it.watch}`
              const ref = await watcher.does(kernel, () => monitor(target))
              made.push(ref)
              if (alive[it.watch]) active.push({ ref, target: it.watch })
              else downs.push([ref, 'noproc'])
            } else if ('drop' in it) {
              const ref = made[it.drop]
              if (ref === undefined) continue
              const at = active.findIndex((one) => one.ref === ref)
              const was = await watcher.does(kernel, () => demonitor(ref, { info: true, flush: it.flush }))
              expect(was).toBe(at >= 0)
              if (at >= 0) active.splice(at, 1)
              const there = downs.findIndex(([one]) => one === ref)
              if (it.flush && there >= 0) downs.splice(there, 1)
            } else {
              if (!alive[it.end]) continue
              alive[it.end] = false
              exit(pids[it.end] as Pid, 'over')
              for (const { ref, target } of active) if (target === it.end) downs.push([ref, 'over'])
              active.splice(0, active.length, ...active.filter(({ target }) => target !== it.end))
            }
            const got = (processInfo(watcher.pid, 'messages') ?? []).filter(isDown)
            expect(got.map(({ ref, reason }) => [ref, reason])).toEqual(downs)
            expect(processInfo(watcher.pid, 'monitors')?.length).toBe(active.length)
            for (const [i, pid] of pids.entries())
              if (alive[i])
                expect(processInfo(pid, 'monitoredBy')?.length).toBe(
                  active.filter(({ target }) => target === i).length,
                )
          }
        })
      }),
      { numRuns: 200 },
    )
  })
})

describe('names', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const act = fc.oneof(
    { weight: 3, arbitrary: fc.record({ give: name, to: index }) },
    { weight: 1, arbitrary: fc.record({ takeBack: name }) },
    { weight: 1, arbitrary: fc.record({ end: index }) },
    { weight: 1, arbitrary: fc.record({ spawn: name }) },
  )

  it('belong to one living process each, and a process has one at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 50 }), async (acts) => {
        const { kernel } = world()
        await kernel.run(async () => {
          const pids = Array.from({ length: SIZE }, () => spawn(idle))
          const model = new Map<string, Pid>()
          const nameOf = (pid: Pid): string | undefined => [...model].find(([, owner]) => owner === pid)?.[0]
          for (const it of acts) {
            if ('give' in it) {
              const pid = pids[it.to] as Pid
              const code = await codeOf(() => register(it.give, pid))
              if (!isAlive(pid)) expect(code).toBe('NOT_ALIVE')
              else if (model.has(it.give)) expect(code).toBe('NAME_TAKEN')
              else if (nameOf(pid) !== undefined) expect(code).toBe('ALREADY_NAMED')
              else {
                expect(code).toBeUndefined()
                model.set(it.give, pid)
              }
            } else if ('takeBack' in it) {
              expect(await codeOf(() => unregister(it.takeBack))).toBe(
                model.delete(it.takeBack) ? undefined : 'NAME_UNKNOWN',
              )
            } else if ('end' in it) {
              const pid = pids[it.end] as Pid
              const held = nameOf(pid)
              exit(pid, 'kill')
              if (held !== undefined) model.delete(held)
            } else {
              const taken = model.has(it.spawn)
              const code = await codeOf(() => {
                const pid = spawn(idle, { name: it.spawn })
                pids.push(pid)
                model.set(it.spawn, pid)
              })
              expect(code).toBe(taken ? 'NAME_TAKEN' : undefined)
            }
            expect(registered().sort()).toEqual([...model.keys()].sort())
            for (const key of ['a', 'b', 'c']) expect(whereis(key)).toBe(model.get(key))
            for (const pid of pids)
              if (isAlive(pid)) expect(processInfo(pid, 'registeredName')).toBe(nameOf(pid))
          }
        })
      }),
      { numRuns: 200 },
    )
  })
})
