import {
  application,
  type ChildSpec,
  defineConfig,
  GenServer,
  type HeartwoodError,
  type ServerClass,
  Supervisor,
} from 'heartwood'
import { planOf, resolveConfig } from 'heartwood/tools'
import { describe, expect, it } from 'vitest'
import { examine } from '../../src/application/plan/preflight-check.js'
import { drawing } from '../../src/application/plan/tree-drawing.js'

const url = new URL('./fixtures/shop.js', import.meta.url).href
const { Till, Clerk, Store, staff } = (await import(/* @vite-ignore */ url)) as Record<
  'Till' | 'Clerk',
  ServerClass<object>
> & { Store: new () => object; staff: { Apprentice: ServerClass<object> } }

async function configOf(...children: unknown[]) {
  @Supervisor({
    children: children as ChildSpec[],
    bindings: (bind) => bind(Store).toSelf(),
  })
  class Root {}
  const root = Root as unknown as ChildSpec
  return resolveConfig(
    defineConfig({ applications: [application({ name: 'shop', root })], log: { level: 'silent' } }),
  )
}

const problemsOf = async (...children: unknown[]): Promise<readonly string[]> =>
  examine(await configOf(...children)).then(
    () => [],
    (error: HeartwoodError) => {
      const { problems } = error.details as { problems?: { path: string; error: HeartwoodError }[] }
      return (problems ?? [{ path: '', error }]).map(({ error: each }) => `${each.code} ${each.message}`)
    },
  )

describe('the check of a tree with isolated servers', () => {
  it('names a dependency that is bound only outside', async () => {
    expect(await problemsOf(Clerk)).toEqual([
      expect.stringMatching(
        /^ISOLATE_UNBOUND Clerk wants Store \(constructor parameter "store"\).*thread of its own/,
      ),
    ])
  })

  it('names an argument that cannot be cloned, by its path', async () => {
    const log = await problemsOf([staff.Apprentice, { prices: { of: () => 1 } }])
    expect(log).toContainEqual(expect.stringMatching(/^NOT_CLONEABLE .*message\.prices\.of is a function/))
  })

  it('names a module that awaits at its top level what waits for it, as boot does', async () => {
    @GenServer({ isolate: 'thread', module: 'data:text/javascript,await new Promise(() => {})' })
    class Waits {}
    const before = process.listenerCount('beforeExit')
    const listens = new Promise<void>((resolve) => {
      const hear = (name: string | symbol): void => {
        if (name !== 'beforeExit') return
        process.off('newListener', hear)
        resolve()
      }
      process.on('newListener', hear)
    })
    const problems = problemsOf(Waits)
    await listens
    await Promise.resolve()
    expect(process.listenerCount('beforeExit')).toBe(before + 1)
    // As where nothing else is left to do.
    for (const idle of process.listeners('beforeExit').slice(before)) idle(0)
    expect(await problems).toEqual([
      expect.stringMatching(/^ISOLATE_MODULE Waits .*awaits at its top level .*a module of its own/),
    ])
  })

  it('names a class that its module does not export', async () => {
    expect(await problemsOf(staff.Apprentice)).toEqual([
      expect.stringMatching(/^ISOLATE_MODULE Apprentice .*shop\.js exports only .*Till/),
    ])
  })

  it('draws where they run', async () => {
    const plan = planOf(await configOf(Till))
    expect(drawing(plan)).toContain('till (in a thread of its own)')
    expect(plan.applications[0]?.root?.children).toMatchObject([{ isolate: 'thread' }])
  })
})
