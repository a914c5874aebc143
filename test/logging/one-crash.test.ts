/** One crash is one record at level error, whoever tells of it. */
import {
  type ChildSpec,
  createLogger,
  defineServer,
  exit,
  Kernel,
  type Kernel as KernelType,
  type LogOptions,
  link,
  logReporter,
  type Pid,
  receive,
  ref,
  self,
  send,
  spawn,
  spawnLink,
  startLink,
  startSupervisor,
  supervisorSpec,
  Task,
  trapExit,
} from 'heartwood'
import { startMetrics } from 'heartwood/telemetry'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

interface Line {
  readonly level: string
  readonly kind: string
  readonly incident?: string
  readonly [field: string]: unknown
}

/** A log in JSON and a kernel that writes it, both by one clock. */
function logged(options: LogOptions = {}) {
  const lines: Line[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const clock = new VirtualClock()
  const reporter = logReporter(createLogger({ destination, format: 'json', ...options }), {}, clock)
  const kernel = new Kernel({ clock, report: reporter })
  return { kernel, clock, lines, reporter, errors: () => lines.filter(({ level }) => level === 'error') }
}

class Till {
  readonly cash = 3
  open(key: string): void {
    throw new TypeError(`no key ${key}`)
  }
}
defineServer(Till, { casts: ['open'] })

const till = (name: string, more: Partial<ChildSpec> = {}): ChildSpec => ({
  id: name,
  start: () => startLink(Till, undefined, { name }),
  ...more,
})

/** Runs it as a process that outlives what it is linked to. */
async function inside(kernel: KernelType, act: () => unknown): Promise<void> {
  await kernel.run(async () => {
    trapExit(true)
    await act()
    await kernel.settled()
  })
}

describe('the records of one crash', () => {
  it('are one at error that says all there is, and what the server and its supervisor say at info, joined by an id', async () => {
    const { kernel, lines } = logged()
    await inside(kernel, async () => {
      await startSupervisor({ children: [till('till')] }, { name: 'shop' })
      ref(Till, 'till').cast.open('k')
    })
    expect(lines.map(({ kind, level }) => `${kind} ${level}`)).toEqual([
      'server info',
      'crash error',
      'supervisor info',
    ])
    const said = { lastMessage: { method: 'open', args: ['k'] }, state: { cash: 3 } }
    expect(lines[1]).toMatchObject({ name: 'till', label: 'Till', reason: 'TypeError: no key k', ...said })
    expect(lines[1]).toMatchObject({ ancestors: ['shop', '<0.1>'], queueLength: 0 })
    expect(lines[0]).toMatchObject(said)
    expect(lines[2]).toMatchObject({ context: 'child_terminated', restarts: { recent: 0 } })
    expect(new Set(lines.map(({ incident }) => incident)).size).toBe(1)
  })

  it('have another id for the next crash, also by the same error', async () => {
    const { kernel, errors } = logged()
    const same = new Error('always the same')
    await inside(kernel, () => {
      for (const _ of [1, 2])
        spawn(() => {
          throw same
        })
    })
    expect(new Set(errors().map(({ incident }) => incident)).size).toBe(2)
  })

  it('are no more where others die of it by a link', async () => {
    const { kernel, lines, errors } = logged()
    await inside(kernel, async () => {
      let first: Pid | undefined
      const linked = (id: string): ChildSpec => ({
        id,
        restart: 'temporary',
        start: () => {
          const pid = spawnLink(async () => {
            if (first !== undefined) link(first)
            first ??= self()
            await receive()
            throw 'a word is no object'
          })
          return pid
        },
      })
      await startSupervisor({ children: [linked('a'), linked('b')] }, { name: 'pair' })
      await kernel.settled()
      send(first as unknown as Pid, 'go')
    })
    const ended = lines.filter(({ context }) => context === 'child_terminated')
    expect(ended.length).toBeGreaterThanOrEqual(2)
    expect(errors().map(({ kind }) => kind)).toEqual(['crash'])
    expect(new Set(ended.map(({ incident }) => incident))).toEqual(new Set([errors()[0]?.incident]))
  })

  it('are one of the supervisor where nobody else told: a child that was killed', async () => {
    const { kernel, lines } = logged()
    await inside(kernel, async () => {
      await startSupervisor({ children: [till('till')] }, { name: 'shop' })
      exit(kernel.whereis('till') as Pid, 'kill')
    })
    expect(lines).toMatchObject([{ kind: 'supervisor', level: 'error', reason: 'killed' }])
    expect(lines[0]?.incident).toBeTypeOf('string')
  })

  it('are two where a supervisor gives up over it, and none more further up', async () => {
    const { kernel, errors, lines } = logged()
    await inside(kernel, async () => {
      const shop = supervisorSpec('shop', { children: [till('till')], intensity: 0 })
      await startSupervisor({ children: [shop] }, { name: 'town' })
      ref(Till, 'till').cast.open('k')
    })
    expect(errors()).toMatchObject([{ kind: 'crash' }, { kind: 'supervisor', context: 'shutdown' }])
    expect(lines.at(-1)).toMatchObject({ supervisor: 'town', level: 'info', context: 'child_terminated' })
    expect(new Set(lines.map(({ incident }) => incident)).size).toBe(1)
  })

  it('are one where an init fails under a supervisor', async () => {
    const { kernel, errors } = logged()
    class Bad {
      init(): void {
        throw new Error('no disk')
      }
    }
    defineServer(Bad, {})
    await inside(kernel, () =>
      startSupervisor({ children: [{ id: 'bad', start: () => startLink(Bad) }] }).catch(() => {}),
    )
    expect(errors()).toHaveLength(1)
  })

  it('are one of a task', async () => {
    const { kernel, errors } = logged()
    await inside(kernel, () =>
      Task.async(() => {
        throw new Error('not computed')
      }),
    )
    expect(errors()).toMatchObject([{ kind: 'task', incident: expect.any(String) }])
  })

  it('have the state at level error alone, too', async () => {
    const { kernel, lines } = logged({ level: 'error' })
    await inside(kernel, async () => {
      await startSupervisor({ children: [till('till')] })
      ref(Till, 'till').cast.open('k')
    })
    expect(lines).toMatchObject([{ kind: 'crash', state: { cash: 3 } }])
  })
})

describe('a storm of crashes', () => {
  /** Crashes of tills in one second of virtual time. */
  async function storm(kernel: KernelType, count: number): Promise<void> {
    await inside(kernel, async () => {
      const names = Array.from({ length: count }, (_, at) => `till ${at}`)
      const children = names.map((name) => till(name, { restart: 'temporary' }))
      await startSupervisor({ children, intensity: count }, { name: 'shop' })
      for (const name of names) ref(Till, name).cast.open(name)
    })
  }

  it('is written whole for the first twenty of a kind in a second, then counted', async () => {
    const { kernel, clock, lines, errors } = logged()
    using metrics = startMetrics()
    await storm(kernel, 500)
    expect(lines).toHaveLength(60)
    await clock.advance(1_000)
    expect(errors()).toHaveLength(21)
    expect(errors().at(-1)).toMatchObject({
      kind: 'storm',
      of: 'crash',
      more: 480,
      seconds: 1,
      label: 'Till',
      err: { type: 'TypeError' },
      msg: 'and 480 more of this kind in 1 s of Till: TypeError: no key till 499',
    })
    expect(metrics.prometheusText()).toContain(
      'heartwood_process_crashes_total{server="Till",error_type="TypeError"} 500',
    )
    // The next second begins anew.
    await storm(kernel, 1)
    expect(errors().at(-1)).toMatchObject({ kind: 'crash' })
  })

  it('of another kind is counted by itself', async () => {
    const { kernel, errors } = logged()
    await storm(kernel, 30)
    await inside(kernel, () => {
      spawn(() => {
        throw new RangeError('another')
      })
    })
    expect(errors().at(-1)).toMatchObject({ kind: 'crash', reason: 'RangeError: another' })
  })

  it('that the program ends in is told at its end', async () => {
    const { kernel, errors, reporter } = logged()
    await storm(kernel, 30)
    const listeners = process.listenerCount('exit')
    reporter.flush()
    expect(errors().at(-1)).toMatchObject({ kind: 'storm', more: 10 })
    expect(process.listenerCount('exit')).toBe(listeners - 1)
    reporter.flush()
    expect(errors()).toHaveLength(21)
  })
})
