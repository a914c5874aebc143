import {
  application,
  Call,
  defineConfig,
  GenServer,
  inject,
  type Pid,
  Pool,
  type PoolRef,
  poolRef,
  processInfo,
  type Ref,
  Supervisor,
  whichChildren,
} from 'heartwood'
import { checkConfig, drawing, planOf } from 'heartwood/tools'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { inWorld, type Plan } from './world.js'

class Client {
  closed = false
  constructor(readonly url: string) {}
}

const clients: Client[] = []

@Pool({ size: 2, name: 'db' })
class Db {
  constructor(@inject('URL') private readonly url: string) {}
  async open(): Promise<Client> {
    const client = new Client(this.url)
    clients.push(client)
    return client
  }
  close(client: Client): void {
    client.closed = true
  }
  lend(client: Client): boolean {
    return !client.closed
  }
}

@GenServer()
class Renderer {
  constructor(@inject('URL') private readonly url: string) {}
  @Call() render(page: string): string {
    return `${this.url}/${page}`
  }
}

@Pool({ size: 1, overflow: 1, bindings: (bind) => bind('URL').toConstantValue('inner') })
class Renderers {
  worker(): typeof Renderer {
    return Renderer
  }
}

@Supervisor({ children: [Db, Renderers] })
class Root {}

const plan = (): Plan => ({ root: Root, bindings: (bind) => bind('URL').toConstantValue('outer') })

describe('a pool class', () => {
  it(
    'has its dependencies injected, and makes what the pool lends',
    inWorld(plan, async ({ system }) => {
      clients.length = 0
      const db = poolRef(Db)
      expectTypeOf(db).toEqualTypeOf<PoolRef<Client>>()
      expect(await db.run((client) => client.url)).toBe('outer')
      await system.stop()
      expect(clients.map(({ closed }) => closed)).not.toContain(false)
    }),
  )

  it(
    'gives workers the scope of the pool, typed',
    inWorld(plan, async () => {
      const renderers = poolRef(Renderers)
      expectTypeOf(renderers).toEqualTypeOf<PoolRef<Ref<Renderer>>>()
      expect(await renderers.run((renderer) => renderer.call.render('home'))).toBe('inner/home')
    }),
  )

  it(
    'is a supervisor of two in the tree',
    inWorld(plan, async () => {
      const parent = processInfo(poolRef(Db).pid as Pid)?.parent as Pid
      const parts = await whichChildren(parent)
      expect(parts.map(({ id, type }) => `${id} ${type}`)).toEqual(['pool worker', 'members supervisor'])
    }),
  )

  it('is checked before it runs: its options, and what its constructor wants', () => {
    const config = defineConfig({
      applications: [application({ name: 'app', root: Root })],
      contain: false,
    })
    const planned = planOf(checkConfig(config))
    expect(planned.problems.map(({ error }) => error.code)).toContain('INJECT_UNBOUND')
    expect(drawing(planned)).toContain('members')
    expect(() => Pool({ size: -1 })(class Wrong {})).toThrow('size must be a whole number')
    expect(() => (Pool as (it: unknown) => void)(class NotCalled {})).toThrow('Pool')
  })
})
