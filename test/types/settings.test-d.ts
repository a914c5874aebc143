/** The types of settings: what compiles, and what must not. */
import { type } from 'arktype'
import {
  application,
  ConfigChange,
  type ConfigToken,
  defineConfig,
  defineServer,
  defineSettings,
  readSettings,
  type Secret,
  setting,
  supervisorSpec,
} from 'heartwood'
import * as v from 'valibot'
import { z } from 'zod'

const exact = <Expected>() => ({
  is: <Actual>(
    _: Actual,
    ..._same: [Expected] extends [Actual] ? ([Actual] extends [Expected] ? [] : [never]) : [never]
  ): void => {},
})

const settings = defineSettings({
  schema: z.object({
    port: z.coerce.number(),
    label: z.string().optional(),
    hosts: z.array(z.string()).default([]),
    db: z.object({ url: z.string(), pool: z.number().default(1) }),
    cache: z.object({ ttl: z.number() }).optional(),
  }),
  values: { db: { pool: 2 } },
  overlays: { production: { db: { pool: 3 } } },
  env: { port: 'PORT', 'db.url': 'DATABASE_URL' },
  secrets: ['db.url', 'label'],
})

// The validated value, secrets made secret, flows to the applications and the log.
const root = supervisorSpec('root', { children: [] })
defineConfig({
  settings,
  log: ({ db }) => ({ level: db.pool > 1 ? 'debug' : 'info' }),
  applications: (all) => {
    exact<number>().is(all.port)
    exact<Secret<string>>().is(all.db.url)
    exact<Secret<string> | undefined>().is(all.label)
    exact<number>().is(all.db.pool)
    exact<string[]>().is(all.hosts)
    return [application({ name: 'a', root })]
  },
})
defineConfig({ applications: [application({ name: 'a', root })] })
defineConfig({
  settings,
  // @ts-expect-error there is no such setting
  applications: ({ prot }) => [application({ name: String(prot), root })],
})

// Tokens know the type of what they stand for.
exact<number>().is(setting(settings.token('db.pool')))
exact<Secret<string>>().is(setting(settings.token('db.url')))
exact<number | undefined>().is(setting(settings.token('cache.ttl')))
exact<{ ttl: number } | undefined>().is(setting(settings.token('cache')))
exact<number>().is(setting(settings.token()).port)
const token: ConfigToken<number> = settings.token('port')
exact<number>().is(setting(token))
// @ts-expect-error a list is one value
settings.token('hosts.0')
// @ts-expect-error there is no such setting
settings.token('db.ulr')
// @ts-expect-error a secret is one value
settings.token('db.url.length')

class Pool {
  @ConfigChange(settings.token('db.pool')) onPool(_size: number, _previous: number): void {}
  @ConfigChange(settings.token('db')) async onDatabase(): Promise<void> {}
  // @ts-expect-error the setting is a number
  @ConfigChange(settings.token('db.pool')) wrong(_size: string): void {}
}
defineServer(Pool, { configChanges: [{ key: 'db.pool', method: 'onPool' }] })
// @ts-expect-error there is no such method
defineServer(Pool, { configChanges: [{ key: 'db.pool', method: 'onPol' }] })

// What settings are made of must fit the schema.
const schema = z.object({ port: z.number(), db: z.object({ url: z.string() }) })
// @ts-expect-error the port is a number
defineSettings({ schema, values: { port: '80' } })
// @ts-expect-error there is no such key
defineSettings({ schema, env: { 'db.ulr': 'DATABASE_URL' } })
// @ts-expect-error there is no such key
defineSettings({ schema, secrets: ['db.ulr'] })
// @ts-expect-error an overlay is checked as the values are
defineSettings({ schema, overlays: { production: { db: { url: 1 } } } })
// @ts-expect-error one of three words
defineSettings({ schema, unknownKeys: 'ignore' })
readSettings(settings, { overrides: { 'db.pool': '5' } }).then(({ origins }) => {
  exact<'schema' | 'file' | 'profile' | '.env' | 'variable' | 'flag' | undefined>().is(origins[0]?.from)
})

// Any library with Standard Schema does.
const ofValibot = defineSettings({ schema: v.object({ port: v.number() }), secrets: ['port'] })
exact<Secret<number>>().is((await readSettings(ofValibot)).value.port)
const ofArktype = defineSettings({ schema: type({ port: 'number' }), env: { port: 'PORT' } })
exact<number>().is((await readSettings(ofArktype)).value.port)

// A type that contains itself has paths of some steps; of a union each member has its own.
interface Node {
  readonly name: string
  readonly next?: Node | undefined
  readonly kids: readonly Node[]
}
const recursive = defineSettings({ schema: z.object({ tree: z.custom<Node>(() => true) }) })
exact<string>().is(setting(recursive.token('tree.name')))
exact<string | undefined>().is(setting(recursive.token('tree.next.next.name')))
// @ts-expect-error: no such key
recursive.token('tree.nmae')
const union = defineSettings({
  schema: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file'), path: z.string() }),
    z.object({ kind: z.literal('net'), port: z.number() }),
  ]),
})
exact<'file' | 'net'>().is(setting(union.token('kind')))
exact<number | undefined>().is(setting(union.token('port')))
// @ts-expect-error: no member has it
union.token('prot')
// Also a schema that contains itself, and one whose root is a union.
const Category = z.object({
  name: z.string(),
  get kids() {
    return z.array(Category)
  },
  get next() {
    return Category.optional()
  },
})
const categories = defineSettings({ schema: Category, env: { name: 'NAME' }, secrets: ['name'] })
exact<Secret<string>>().is(setting(categories.token('name')))
type Tree = { readonly name: string; readonly kids: Tree[] }
const TreeSchema: v.GenericSchema<Tree> = v.object({
  name: v.string(),
  kids: v.array(v.lazy(() => TreeSchema)),
})
const trees = defineSettings({ schema: v.object({ top: TreeSchema }), env: { 'top.name': 'NAME' } })
exact<string>().is(setting(trees.token('top.name')))
const either = defineSettings({
  schema: z.union([z.object({ a: z.string() }), z.object({ b: z.number(), c: z.object({ d: z.string() }) })]),
  values: { b: 1, c: { d: 'x' } },
  env: { a: 'A', b: 'B', 'c.d': 'D' },
  secrets: ['c.d'],
})
exact<string | undefined>().is(setting(either.token('a')))
exact<Secret<string> | undefined>().is(setting(either.token('c.d')))
// @ts-expect-error: no member has it
either.token('c.e')
const merged = defineSettings({
  schema: z.object({ a: z.string() }).and(z.object({ b: z.number() })),
  secrets: ['a'],
})
exact<Secret<string>>().is(setting(merged.token('a')))
