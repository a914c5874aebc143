/** What docs/guides/telemetry-setup.md hands out: rules and a dashboard that a scrape has everything of, and a recipe. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  call,
  cast,
  defineServer,
  exit,
  Kernel,
  type Pid,
  ref,
  send,
  sleep,
  spawn,
  startLink,
  startSupervisor,
  supervisorSpec,
  Task,
  trapExit,
  whereis,
} from 'heartwood'
import { startMetrics } from 'heartwood/telemetry'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { tellSentry } from './recipes/tell-sentry.js'

const text = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

interface Rule {
  readonly alert: string
  readonly expr: string
}
const rules: Rule[] = parse(text('docs/telemetry/heartwood-alerts.yml')).groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
)
interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
}
const panels: Panel[] = JSON.parse(text('docs/telemetry/heartwood-dashboard.json')).panels

const queries: [what: string, query: string][] = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
]

class Desk {
  answer(): string {
    return 'yes'
  }
  fail(): void {
    throw new TypeError('out of ink', { cause: 'no pen' })
  }
  login(_: { user: string; password: string }): void {
    throw new Error('refused')
  }
}
defineServer(Desk, { name: 'desk', calls: ['answer'], casts: ['fail', 'login'] })
const desk = { id: 'desk', start: () => startLink(Desk) }

/** What a scrape has of a program in which something of everything has happened, by series and their labels. */
async function scraped(): Promise<Map<string, Set<string>>> {
  const kernel = new Kernel({ clock: new VirtualClock(), report: () => {} })
  using metrics = startMetrics({ kernel })
  const scrape = await kernel.run(async () => {
    trapExit(true)
    const office = supervisorSpec('office', { children: [desk], intensity: 1 })
    await startSupervisor({ children: [office] }, { name: 'house' })
    await ref(Desk).call.answer()
    cast('nobody', 'hello')
    await call('nobody', 'hello').catch(() => {})
    const full = { mailbox: { limit: 1, policy: 'drop_oldest' } } as const
    const idle = spawn(() => sleep(60_000), full)
    for (const message of ['one', 'two']) send(idle, message)
    for (const _ of [1, 2]) {
      ref(Desk).cast.fail()
      await kernel.settled()
    }
    // While there is a tree to read.
    return metrics.prometheusText()
  })
  const series = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of scrape.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
    const known = series.get(name) ?? new Set()
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label)
    series.set(name, known)
  }
  return series
}

/** What Prometheus adds to each series. */
const TARGET = ['job', 'instance']

describe('the alerts and the dashboard', () => {
  it.each(queries)('%s: a scrape has every series and label', async (_, query) => {
    const series = await scraped()
    const names = [...new Set(query.match(/heartwood_\w+/g))]
    expect(names).not.toEqual([])
    const known = names.flatMap((name) => [...(series.get(name) ?? [`no series ${name}`])])
    const labels = [...query.matchAll(/by \(([\w, ]+)\)/g)].flatMap(([, list = '']) => list.split(', '))
    const matched = [...query.matchAll(/[{,](\w+)(?:=|!=)"/g)].map(([, label]) => label)
    expect(known.filter((name) => name.startsWith('no series'))).toEqual([])
    expect([...labels, ...matched].filter((label) => ![...known, ...TARGET].includes(String(label)))).toEqual(
      [],
    )
  })

  it('are listed in the guide', () => {
    const listed = [...text('docs/guides/telemetry-setup.md').matchAll(/^\| `(Heartwood\w+)`/gm)]
    expect(listed.map(([, alert]) => alert)).toEqual(rules.map(({ alert }) => alert))
  })

  it('name in legends what they sum by', () => {
    for (const { targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(expr).toContain(label)
      }
    }
  })
})

describe('the recipe for an SDK', () => {
  const guide = text('docs/guides/telemetry-setup.md')
  const blocks = [...guide.matchAll(/```(?:js|ts)\n([^`]+)```/g)].map(([, code = '']) => code)
  const recipe = blocks.find((code) => code.includes('// telemetry.mjs\n')) ?? ''

  it('registers the hook for ES modules before anything that is instrumented is loaded', () => {
    const steps = [
      "register('@opentelemetry/instrumentation/hook.mjs'",
      'sdk.start()',
      "await import('heartwood/",
    ]
    const at = steps.map((step) => recipe.indexOf(step))
    expect(at.every((place, index) => place > (at[index - 1] ?? 0))).toBe(true)
    expect(recipe).not.toMatch(/^import .*'heartwood/m)
  })

  it('gives the last spans longer than an OTLP exporter waits, and a backend that is down is no error', () => {
    const stop = blocks.find((code) => code.includes('sdk.shutdown()') && code.includes('stop:')) ?? ''
    const [, limit = '0'] = stop.match(/hookTimeout: ([\d_]+)/) ?? []
    expect(Number(limit.replace('_', ''))).toBeGreaterThan(10_000)
    expect(stop).toMatch(/catch \(error\) \{\s+logger\(\)\.warn/)
  })
})

describe('the recipe for error trackers', () => {
  it('is the one of the guide', () => {
    expect(text('docs/guides/telemetry-setup.md')).toContain(text('test/telemetry/recipes/tell-sentry.ts'))
  })

  it('gives each crash once, with worker, message, fingerprint and as handled', async () => {
    const sent: [error: unknown, hint: object][] = []
    onTestFinished(tellSentry({ captureException: (error, hint) => void sent.push([error, hint]) }))
    const clock = new VirtualClock()
    const kernel = new Kernel({ clock, report: () => {} })
    kernel.contained = true
    await kernel.run(async () => {
      trapExit(true)
      await startSupervisor({ children: [desk], intensity: 9 }, { name: 'office' })
      ref(Desk).cast.fail()
      await kernel.settled()
      ref(Desk).cast.login({ user: 'ann', password: 'hunter2' })
      await kernel.settled()
      Task.async(() => {
        throw new RangeError('in a task')
      })
      await kernel.settled()
    })
    expect(sent.map(([error]) => String(error))).toEqual([
      'TypeError: out of ink',
      'Error: refused',
      'RangeError: in a task',
    ])
    expect(sent[0]?.[1]).toMatchObject({
      mechanism: { type: 'heartwood', handled: true },
      captureContext: {
        tags: { worker: 'Desk', incident: expect.any(String) },
        fingerprint: ['{{ default }}', 'Desk'],
        contexts: { worker: { name: 'desk', lastMessage: expect.stringContaining('"method":"fail"') } },
      },
    })
    expect(JSON.stringify(sent)).toContain('[redacted]')
    expect(JSON.stringify(sent)).not.toContain('hunter2')
  })

  it('gives an end that only a supervisor tells of, as of an isolated server by force, with the child for its worker', async () => {
    const sent: [error: unknown, hint: object][] = []
    onTestFinished(tellSentry({ captureException: (error, hint) => void sent.push([error, hint]) }))
    const kernel = new Kernel({ clock: new VirtualClock(), report: () => {} })
    await kernel.run(async () => {
      trapExit(true)
      await startSupervisor({ children: [desk], intensity: 9 }, { name: 'office' })
      const pid = whereis('desk') as Pid
      exit(pid, { exitCode: 3 })
      await kernel.settled()
      expect(sent).toEqual([
        [{ exitCode: 3 }, expect.objectContaining({ mechanism: { type: 'heartwood', handled: true } })],
      ])
      expect(sent[0]?.[1]).toMatchObject({
        captureContext: {
          tags: { worker: desk.id, incident: expect.any(String) },
          contexts: { worker: { pid: String(pid) } },
        },
      })
    })
  })
})
