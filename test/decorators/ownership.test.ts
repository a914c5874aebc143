import {
  type Bindings,
  Call,
  Cast,
  currentPid,
  DynamicSupervisor,
  GenServer,
  inject,
  injectable,
  multiInject,
  named,
  optional,
  type Pid,
  ref,
  type ServerClass,
  Supervisor,
  sleep,
  startChild,
  tagged,
} from 'heartwood'
import { beforeEach, describe, expect, it } from 'vitest'
import { inWorld, world } from './world.js'

/** What was made and disposed of, in order. */
const log: string[] = []
beforeEach(() => {
  log.length = 0
})

class Thing {
  readonly madeBy = currentPid()
  constructor(readonly name: string) {
    log.push(`+${name}`)
  }
  [Symbol.dispose](): void {
    log.push(`-${this.name}`)
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

@DynamicSupervisor({ name: 'sessions' })
class Sessions {}

/** A promise, and what settles it. */
function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('what a scope keeps is made in its process, whatever it is asked for by', () => {
  @injectable()
  class Parent {
    constructor(@inject('inner') readonly inner: Thing) {}
  }

  /** By which processes it was made. */
  const makers: (Pid | undefined)[] = []
  abstract class Noting {
    abstract readonly it: Thing
    init(): void {
      makers.push(this.it.madeBy)
    }
  }

  const ways: Record<string, { worker: ServerClass; bindings: Bindings }> = (() => {
    @GenServer()
    class Named extends Noting {
      constructor(@inject('x') @named('a') readonly it: Thing) {
        super()
      }
    }
    @GenServer()
    class Tagged extends Noting {
      constructor(@inject('x') @tagged('role', 'a') readonly it: Thing) {
        super()
      }
    }
    @GenServer()
    class Optional extends Noting {
      constructor(@inject('x') @optional() readonly it: Thing) {
        super()
      }
    }
    @GenServer()
    class All extends Noting {
      constructor(@multiInject('x') readonly all: Thing[]) {
        super()
      }
      get it(): Thing {
        return this.all[1] as Thing
      }
    }
    @GenServer()
    class Plain extends Noting {
      constructor(@inject('x') readonly it: Thing) {
        super()
      }
    }
    @GenServer()
    class Below extends Noting {
      constructor(readonly parent: Parent) {
        super()
      }
      get it(): Thing {
        return this.parent.inner
      }
    }
    @GenServer()
    class Property extends Noting {
      @inject('x') readonly it!: Thing
    }
    const x = () => new Thing('x')
    return {
      'a name': { worker: Named, bindings: (bind) => bind('x').toDynamicValue(x).whenNamed('a') },
      'a tag': { worker: Tagged, bindings: (bind) => bind('x').toDynamicValue(x).whenTagged('role', 'a') },
      '@optional': { worker: Optional, bindings: (bind) => bind('x').toDynamicValue(x) },
      '@multiInject': {
        worker: All,
        bindings: (bind) => {
          bind('x').toDynamicValue(x).inTransientScope()
          bind('x').toDynamicValue(x)
        },
      },
      'a condition': {
        worker: Plain,
        bindings: (bind) => {
          bind('x')
            .toDynamicValue(x)
            .when(({ name }) => name === undefined)
          bind('x')
            .toDynamicValue(x)
            .when(({ name }) => name !== undefined)
        },
      },
      'a factory that asks its context': {
        worker: Plain,
        bindings: (bind) => {
          bind('below').toDynamicValue(x)
          bind('x')
            .toDynamicValue((context) => context.get('below'))
            .inTransientScope()
        },
      },
      'a redirection': {
        worker: Plain,
        bindings: (bind) => {
          bind('other').toDynamicValue(async () => x())
          bind('x').toService('other')
        },
      },
      'a class in between': {
        worker: Below,
        bindings: (bind) => {
          bind(Parent).toSelf().inTransientScope()
          bind('inner').toDynamicValue(x)
        },
      },
      'a property': { worker: Property, bindings: (bind) => bind('x').toDynamicValue(x) },
    }
  })()

  it.each(Object.keys(ways))('%s', async (way) => {
    const { worker, bindings } = ways[way] as { worker: ServerClass; bindings: Bindings }
    @Supervisor({ name: 'keeper', children: [worker], bindings })
    class Root {}
    makers.length = 0
    const { system, kernel } = await world({ root: Root })
    expect(makers).toEqual([kernel.whereis('keeper')])
    await system.stop()
    expect(log.filter((each) => each === '-x').length).toBe(log.length / 2)
  })
})

describe('what was made', () => {
  @GenServer({ name: 'user' })
  class User {
    constructor(@multiInject('x') readonly all: Thing[]) {}
    @Cast() crash(): void {
      throw new Error('crash')
    }
    @Call() names(): string[] {
      return this.all.map(({ name }) => name)
    }
  }

  it('has an owner each where one token has bindings of several kinds', () => {
    const given = new Thing('given')
    @Supervisor({
      children: [User],
      bindings: (bind) => {
        bind('x').toConstantValue(given)
        bind('x').toDynamicValue(() => new Thing('kept'))
        bind('x')
          .toDynamicValue(() => new Thing('own'))
          .inTransientScope()
      },
    })
    class Root {}
    return inWorld(
      () => ({ root: Root }),
      async ({ kernel, system }) => {
        expect(await ref(User).call.names()).toEqual(['given', 'kept', 'own'])
        ref(User).cast.crash()
        await kernel.settled()
        expect(log).toEqual(['+given', '+kept', '+own', '-own', '+own'])
        await system.stop()
        expect(log.slice(5)).toEqual(['-own', '-kept'])
      },
    )()
  })

  it("lives as its class says by @injectable('Transient')", () => {
    @injectable('Transient')
    class Session extends Thing {
      constructor() {
        super('session')
      }
    }
    @GenServer({ name: 'holder' })
    class Holder {
      constructor(readonly session: Session) {}
      @Cast() crash(): void {
        throw new Error('crash')
      }
    }
    @Supervisor({ children: [Holder], bindings: (bind) => bind(Session).toSelf() })
    class Root {}
    return inWorld(
      () => ({ root: Root }),
      async ({ kernel }) => {
        ref(Holder).cast.crash()
        await kernel.settled()
        expect(log).toEqual(['+session', '-session', '+session'])
      },
    )()
  })

  it('is disposed of once, whatever it is also bound to, and never what a factory gives that was given', async () => {
    const given = new Thing('given')
    const { system } = await world({
      root: User,
      bindings: (bind) => {
        bind('given').toConstantValue(given)
        bind('kept').toDynamicValue(async () => new Thing('kept'))
        bind('x').toDynamicValue((context) => context.get('given'))
        bind('x').toDynamicValue((context) => context.getAsync('kept'))
        bind('x').toService('kept')
        bind('x')
          .toDynamicValue((context) => context.getAsync('kept'))
          .inTransientScope()
      },
    })
    await system.stop()
    expect(log).toEqual(['+given', '+kept', '-kept'])
  })

  it('is let go of as its binding says, what needs before what is needed', async () => {
    const given = new Thing('given')
    const gone = (what: string) => () => void log.push(what)
    @injectable()
    class Needing extends Thing {
      constructor(@inject('given') readonly given: Thing) {
        super('needing')
      }
    }
    const { system } = await world({
      root: User,
      bindings: (bind) => {
        bind('given').toConstantValue(given).onDeactivation(gone('given: let go'))
        bind('x').to(Needing).onDeactivation(gone('needing: let go'))
      },
    })
    await system.stop()
    expect(log).toEqual(['+given', '+needing', 'needing: let go', '-needing', 'given: let go'])
  })

  it('can wait, and ask what still runs, while it is disposed of', async () => {
    @GenServer({ name: 'disk' })
    class Disk {
      @Call() write(row: string): void {
        log.push(`disk has ${row}`)
      }
    }
    @injectable()
    class Repository {
      async [Symbol.asyncDispose](): Promise<void> {
        await sleep(100)
        await ref(Disk).call.write('the last row')
      }
    }
    @Supervisor({ children: [User], bindings: (bind) => bind('x').to(Repository) })
    class Storing {}
    @Supervisor({ children: [Disk, Storing] })
    class Root {}
    const { system, clock, reports } = await world({ root: Root })
    const stopped = system.stop()
    let pending = true
    void stopped.then(() => {
      pending = false
    })
    for (; pending; await turn()) clock.advance(50)
    expect(log).toEqual(['disk has the last row'])
    expect(reports.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
  })

  it('is named when it does not close within five seconds, and nobody waits for it any longer', async () => {
    const { system, clock, reports, kernel } = await world({
      root: User,
      bindings: (bind) => {
        bind('x').toDynamicValue(() => new Thing('below'))
        bind('x').toDynamicValue(() => ({ [Symbol.asyncDispose]: () => new Promise(() => {}) }))
      },
    })
    const stopped = system.stop()
    let pending = true
    void stopped.then(() => {
      pending = false
    })
    await kernel.settled()
    while (pending) {
      clock.advance(1_000)
      await turn()
    }
    expect(clock.now()).toBeLessThanOrEqual(6_000)
    expect(log).toEqual(['+below', '-below'])
    const told = reports.map(({ message }) => message).filter((message) => message.includes('did not close'))
    expect(told).toEqual([expect.stringMatching(/did not close: app › "x": .*not within 5000 ms/)])
  })

  it('is closed at once when its scope is dead by then', async () => {
    const pool = deferred<Thing>()
    const { kernel, system } = await world({ root: Sessions })
    @GenServer()
    class Client {
      constructor(@inject('pool') readonly pool: Thing) {}
    }
    @Supervisor({
      name: 'brief',
      children: [Client],
      bindings: (bind) => bind('pool').toDynamicValue(() => pool.promise),
    })
    class Brief {}
    const starting = kernel.run(() => startChild('sessions', Brief)).catch(() => 'failed')
    while (kernel.whereis('brief') === undefined) await turn()
    kernel.exit(kernel.whereis('brief') as Pid, 'kill')
    expect(await starting).toBe('failed')
    pool.resolve(new Thing('late'))
    while (log.length < 2) await turn()
    expect(log).toEqual(['+late', '-late'])
    await system.stop()
  })

  it('is closed at once when the worker that it was made for is dead by then', async () => {
    const socket = deferred<Thing>()
    const asked = deferred<Pid | undefined>()
    const { kernel, system } = await world({
      root: Sessions,
      bindings: (bind) =>
        bind('socket')
          .toDynamicValue(() => {
            asked.resolve(currentPid())
            return socket.promise
          })
          .inTransientScope(),
    })
    @GenServer({ restart: 'temporary' })
    class Client {
      constructor(@inject('socket') readonly socket: Thing) {}
    }
    const starting = kernel.run(() => startChild('sessions', Client)).catch(() => 'failed')
    kernel.exit((await asked.promise) as Pid, 'kill')
    expect(await starting).toBe('failed')
    socket.resolve(new Thing('late'))
    while (log.length < 2) await turn()
    expect(log).toEqual(['+late', '-late'])
    await system.stop()
  })
})

describe('a factory that failed', () => {
  it.each([
    'at once',
    'later',
  ])('is asked again at the next start, in the process of its scope: %s', async (when) => {
    let asked = 0
    const makers: unknown[] = []
    const connect = () => {
      makers.push(currentPid())
      if (asked++ === 0) throw new Error('database away')
      return new Thing('connection')
    }
    @injectable()
    class Repository {
      constructor(@inject('connection') readonly connection: Thing) {}
    }
    @GenServer()
    class Session {
      constructor(readonly repository: Repository) {}
    }
    @Supervisor({
      name: 'keeper',
      children: [Sessions],
      bindings: (bind) => {
        bind(Repository).toSelf()
        bind('connection').toDynamicValue(when === 'at once' ? connect : async () => connect())
      },
    })
    class Root {}
    await inWorld(
      () => ({ root: Root }),
      async ({ kernel }) => {
        await expect(startChild('sessions', Session)).rejects.toThrow('database away')
        await startChild('sessions', Session)
        await startChild('sessions', Session)
        const keeper = kernel.whereis('keeper')
        expect(makers).toEqual([keeper, keeper])
        expect(log).toEqual(['+connection'])
      },
    )()
    expect(log).toEqual(['+connection', '-connection'])
  })
})
