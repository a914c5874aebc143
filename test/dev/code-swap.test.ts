/** New code for a program that runs, as `heartwood dev` puts it there. Here a function makes the versions of the program. */
import {
  application,
  type Bindings,
  boot,
  Call,
  type ChildClass,
  type ConfigOptions,
  child,
  DynamicSupervisor,
  defineConfig,
  GenServer,
  injected,
  type Pid,
  type RunningSystem,
  ref,
  Supervisor,
  startChild,
  UniqueRegistry,
  type ViaName,
  via,
  whereis,
  whichChildren,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/application/index.js'
import { type Swapped, swapCode } from '../../src/dev/index.js'
import { exit, monitor, processInfo, receive } from '../../src/kernel/index.js'

/** The code of a program at one time: what its modules have at their top level, and the config. */
interface Version {
  readonly names: Readonly<Record<string, ChildClass>>
  readonly config: ConfigOptions
}

interface Counting {
  add(): number
}

/** @param by the counter counts by so many; a broken worker of more than 1 cannot be built */
function version(by: number, listed: readonly string[], strategy?: 'one_for_all'): Version {
  @GenServer({ name: 'counter' })
  class Counter implements Counting {
    #count = 0
    @Call() add(): number {
      this.#count += by
      return this.#count
    }
  }
  @GenServer({ name: (name: string) => name })
  class Room implements Counting {
    count = 0
    init(_name: string): void {}
    @Call() add(): number {
      this.count += by
      return this.count
    }
  }
  @GenServer({ name: 'left' })
  class Left {}
  @GenServer({ name: 'right' })
  class Right {}
  @GenServer({ name: 'stubborn', codeChange: 'restart' })
  class Stubborn {}
  @DynamicSupervisor({ name: 'rooms' })
  class Rooms {}
  @Supervisor({ children: by > 1 ? [Right, Left] : [Left] })
  class Inner {}
  const names: Record<string, ChildClass> = { Counter, Room, Left, Right, Stubborn, Rooms, Inner }
  @Supervisor({ intensity: 0, strategy, children: listed.map((name) => names[name] as ChildClass) })
  class Root {}
  const applications = [application({ name: 'app', root: Root })]
  return { names, config: defineConfig({ applications, log: { level: 'silent' } }) }
}

let kernel: TestKernel
let system: RunningSystem
let code: Version

async function running(first: Version): Promise<void> {
  code = first
  kernel = new TestKernel()
  system = await boot(first.config, { kernel })
}

async function save(next: Version): Promise<Swapped> {
  const names = new Map<object, string>(Object.entries(code.names).map(([name, value]) => [value, name]))
  code = next
  return swapCode(system, await resolveConfig(next.config), (old) => next.names[names.get(old) ?? ''])
}

const pid = (name: string): Promise<Pid | undefined> => kernel.run(() => whereis(name))
const add = (name: string): Promise<number> =>
  kernel.run(() =>
    ref<Counting>(code.names[name === 'counter' ? 'Counter' : 'Room'] as never, name).call.add(),
  )

afterEach(() => system.stop())

describe('new code', () => {
  it('is run by the workers of what has another value by now, with their state and pid', async () => {
    await running(version(1, ['Counter', 'Left']))
    const counter = await pid('counter')
    expect(await add('counter')).toBe(1)
    const swapped = await save(version(10, ['Counter', 'Left']))
    expect(swapped).toMatchObject({
      changed: { length: 2 },
      restarted: [],
      started: [],
      stopped: [],
      failures: [],
    })
    expect(await add('counter')).toBe(11)
    expect(await pid('counter')).toBe(counter)
  })

  it('starts the children that a supervisor has more, stops those it has no more, and leaves the others where they are', async () => {
    await running(version(1, ['Counter', 'Left']))
    const counter = await pid('counter')
    await add('counter')
    const swapped = await save(version(2, ['Right', 'Counter']))
    expect(swapped).toMatchObject({
      started: ['app › Root › right'],
      stopped: ['app › Root › left'],
      failures: [],
    })
    expect([await pid('left'), await pid('counter')]).toEqual([undefined, counter])
    expect(await pid('right')).toBeDefined()
    expect(await add('counter')).toBe(3)
  })

  it('reaches the supervisors below, too', async () => {
    await running(version(1, ['Inner']))
    const left = await pid('left')
    expect(await save(version(2, ['Inner']))).toMatchObject({ started: ['app › Root › Inner › right'] })
    expect(await pid('left')).toBe(left)
  })

  it('that a worker does not take has its supervisor start it again, which counts for no intensity', async () => {
    await running(version(1, ['Counter', 'Stubborn']))
    const before = await pid('stubborn')
    await add('counter')
    for (const by of [2, 3, 4]) {
      const { restarted, failures } = await save(version(by, ['Counter', 'Stubborn']))
      expect(restarted).toMatchObject([{ error: { code: 'CODE_CHANGE_UNWANTED' } }])
      expect(failures).toEqual([])
    }
    expect(await pid('stubborn')).not.toBe(before)
    expect(await add('counter')).toBe(5)
  })

  it('is that of a restart that comes later, also of a child that was started by hand', async () => {
    await running(version(1, ['Rooms']))
    await kernel.run(() => startChild('rooms', child(code.names.Room as never, 'red' as never)))
    await add('red')
    expect(await save(version(10, ['Rooms']))).toMatchObject({ changed: { length: 1 }, failures: [] })
    expect(await add('red')).toBe(11)
    await kernel.run(async () => {
      const room = whereis('red') as Pid
      const down = monitor(room)
      exit(room, 'kill')
      await receive({ ref: down })
    })
    expect(await add('red')).toBe(10)
  })

  it('with other bindings has workers injected anew what is bound otherwise, and keeps what was made of the rest', async () => {
    let pools = 0
    class Store {
      readonly nth = ++pools
    }
    const shop = (currency: string, more: readonly string[]): Version => {
      @GenServer({ name: 'till' })
      class Till {
        readonly store: Store = injected('store')
        readonly currency: { readonly name: string } = injected('currency')
        readonly sold: string[] = []
        readonly more: unknown[] = more.map((token) => injected<unknown>(token))
        @Call() sell(): unknown {
          this.sold.push(this.currency.name)
          return { store: this.store.nth, sold: [...this.sold], more: this.more.length }
        }
      }
      @Supervisor({
        children: [Till],
        bindings: (bind) => {
          bind('store').toDynamicValue(() => new Store())
          bind('currency').toConstantValue({ name: currency })
          for (const token of more) bind(token).toConstantValue(token)
        },
      })
      class Root {}
      const bindings: Bindings = (bind) => void bind('of the application').toConstantValue(currency)
      const applications = [application({ name: 'app', root: Root, bindings })]
      return { names: { Till }, config: defineConfig({ applications, log: { level: 'silent' } }) }
    }
    const sell = (): Promise<unknown> =>
      kernel.run(() => ref<{ sell(): unknown }>(code.names.Till as never, 'till').call.sell())
    await running(shop('EUR', []))
    expect(await sell()).toEqual({ store: 1, sold: ['EUR'], more: 0 })
    expect(await save(shop('SEK', []))).toMatchObject({ changed: { length: 1 }, restarted: [], failures: [] })
    expect(await sell()).toEqual({ store: 1, sold: ['EUR', 'SEK'], more: 0 })
    // A token that was not bound before, and one of the application.
    expect(await save(shop('SEK', ['new', 'of the application']))).toMatchObject({
      restarted: [],
      failures: [],
    })
    expect(await sell()).toEqual({ store: 1, sold: ['EUR', 'SEK', 'SEK'], more: 0 })
    const till = await pid('till')
    await kernel.run(async () => {
      const ref = monitor(till as Pid)
      exit(till as Pid, 'kill')
      await receive({ ref })
    })
    expect(await sell()).toEqual({ store: 1, sold: ['SEK'], more: 2 })
  })

  describe('with another name', () => {
    const sessions = new UniqueRegistry<string>('sessions')
    interface Named {
      readonly name?: string | ViaName
      readonly id?: string
      readonly pool?: string
      readonly root?: string
      readonly isRenamed?: boolean
    }
    function named({ name = 'counter', id, pool = 'pool', root, isRenamed = false }: Named): Version {
      class Counter implements Counting {
        count = 0
        @Call() add(): number {
          return ++this.count
        }
      }
      class Teller extends Counter {}
      const Listed = isRenamed ? Teller : Counter
      GenServer({ name, id })(Listed)
      @GenServer({ name: `${pool} worker` })
      class Guest {}
      @Supervisor({ name: pool, id: 'pool', children: [] })
      class Pool {}
      @DynamicSupervisor({ name: 'rooms' })
      class Rooms {}
      @Supervisor({ name: root, id: 'Root', children: [sessions.childSpec(), Listed, Pool, Rooms] })
      class Root {}
      const applications = [application({ name: 'app', root: Root })]
      const names: Record<string, ChildClass> = { [Listed.name]: Listed, Guest, Pool, Rooms }
      return { names, config: defineConfig({ applications, log: { level: 'silent' } }) }
    }
    const children = (): Promise<string[]> =>
      kernel.run(async () => {
        const root = processInfo(whereis('pool') as Pid, 'parent') as Pid
        return (await whichChildren(root)).map(({ id }) => String(id))
      })

    it('and with it another id, is a child less and a child more', async () => {
      await running(named({}))
      expect(await save(named({ name: 'teller' }))).toMatchObject({
        stopped: ['app › Root › counter'],
        started: ['app › Root › teller'],
        restarted: [],
        failures: [],
      })
      // The last one first, as in OTP.
      expect(await children()).toEqual(['rooms', 'pool', 'teller', 'sessions'])
      expect([await pid('counter'), await pid('teller')]).toEqual([undefined, expect.anything()])
    })

    it('is a start under that name where the id stays', async () => {
      await running(named({ id: 'one' }))
      const { restarted, ...others } = await save(named({ id: 'one', name: 'teller' }))
      expect(restarted).toMatchObject([{ error: 'its name was "counter", and is "teller" in the new code' }])
      expect(others).toMatchObject({ started: [], stopped: [], failures: [] })
      expect([await pid('counter'), await pid('teller')]).toEqual([undefined, expect.anything()])
    })

    it('is the same for the key of a registry', async () => {
      await running(named({ name: via(sessions, 'ann') }))
      const { restarted, failures } = await save(named({ name: via(sessions, 'bob') }))
      expect(restarted).toMatchObject([
        { error: 'its name was via(sessions, "ann"), and is via(sessions, "bob") in the new code' },
      ])
      expect(failures).toEqual([])
      expect(await kernel.run(() => [sessions.whereis('ann'), sessions.whereis('bob')])).toEqual([
        undefined,
        expect.anything(),
      ])
    })

    it('is the same for a supervisor below, and for a child that was started by hand', async () => {
      await running(named({}))
      await kernel.run(() => startChild('rooms', code.names.Guest as never))
      const { restarted, failures } = await save(named({ pool: 'group' }))
      expect(failures).toEqual([])
      expect(restarted).toHaveLength(2)
      expect(await Promise.all(['pool', 'pool worker', 'group', 'group worker'].map(pid))).toEqual([
        undefined,
        undefined,
        expect.anything(),
        expect.anything(),
      ])
    })

    it('is told of the root, which goes on under its own', async () => {
      await running(named({ root: 'top' }))
      const top = await pid('top')
      const { failures } = await save(named({ root: 'summit' }))
      expect(failures).toMatchObject([
        {
          what: 'app › Root',
          error: 'its name "top" cannot become "summit" while the application runs. Restart the program',
        },
      ])
      expect(await pid('top')).toBe(top)
    })

    it('or another id, or another class, is told as what it is', async () => {
      await running(named({}))
      expect(await save(named({ id: 'other' }))).toMatchObject({
        stopped: ['app › Root › counter'],
        started: ['app › Root › other'],
        failures: [],
      })
      expect(await pid('counter')).toBeDefined()
      const { restarted, failures } = await save(named({ id: 'other', isRenamed: true }))
      expect([restarted, failures]).toMatchObject([
        [{ error: 'its supervisor lists another class in its place' }],
        [],
      ])
      expect(await pid('counter')).toBeDefined()
    })
  })

  it('that is wrong for a supervisor leaves it as it was', async () => {
    await running(version(1, ['Counter']))
    await add('counter')
    const { failures } = await save(version(2, ['Counter', 'Counter']))
    expect(failures).toMatchObject([{ what: 'app › Root', error: { code: 'CODE_CHANGE_FAILED' } }])
    expect(await add('counter')).toBe(3)
  })
})
