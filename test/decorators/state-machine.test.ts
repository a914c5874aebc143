import {
  Call,
  Cast,
  child,
  from,
  GenServer,
  Info,
  inject,
  Kernel,
  ref,
  reply,
  Supervisor,
  send,
  start,
  startLink,
  stop,
  stopping,
  whereis,
} from 'heartwood'
import { describe, expect, it } from 'vitest'
import {
  After,
  Enter,
  Internal,
  On,
  Postpone,
  State,
  StateMachine,
  StateTimeout,
  Timeout,
} from '../../src/decorators/state-machine.js'
import { type NoReply, noReply, type Stopping } from '../../src/genserver/index.js'
import {
  type Acting,
  acting,
  type Postponing,
  postpone,
  type Repeating,
  repeating,
} from '../../src/genserver/state-machine/index.js'
import { exitReason, failure, world as inKernel } from '../genserver/world.js'
import { inWorld } from './world.js'

const CODE = Symbol('code')
type DoorState = 'locked' | 'open'

@StateMachine({ name: 'door' })
class Door {
  static instances = 0
  state: DoorState = 'locked'
  readonly nth = ++Door.instances
  readonly log: unknown[] = []

  constructor(@inject(CODE) private readonly code: string) {}

  @State('locked') @Call() unlock(code: string): 'welcome' | 'wrong code' {
    if (code !== this.code) return 'wrong code'
    this.state = 'open'
    return 'welcome'
  }
  @State('open') @On('unlock') alreadyOpen(_code: string): 'welcome' {
    return 'welcome'
  }
  @State('open') @Postpone('locked') @Call() enter(name: string): string {
    return `${name} is in`
  }
  @State('open') @Cast() lock(): void {
    this.state = 'locked'
  }
  @State('open') @After(10_000) lockAgain(): void {
    this.log.push('time is up')
    this.state = 'locked'
  }
  @Enter() note(previous: DoorState): void {
    this.log.push([previous, this.state])
  }
  @Call() history(): unknown[] {
    return [...this.log]
  }
  @Call() which(): number {
    return this.nth
  }
  @Cast() crash(): void {
    throw new Error('crashed on purpose')
  }
  @State('open') @Info('wind') slam(): void {
    this.state = 'locked'
  }
}

@Supervisor({ children: [Door], bindings: (bind) => void bind(CODE).toConstantValue('1234') })
class House {}

const house = () => ({ root: House })

describe('@StateMachine', () => {
  it(
    'handles an event by the state the machine is in',
    inWorld(house, async () => {
      const door = ref(Door)
      expect(await door.call.unlock('0000')).toBe('wrong code')
      expect(await door.call.unlock('1234')).toBe('welcome')
      expect(await door.call.unlock('anything')).toBe('welcome')
      door.cast.lock()
      expect(await door.call.unlock('anything')).toBe('wrong code')
    }),
  )

  it(
    'lets what is postponed wait for the state',
    inWorld(house, async ({ kernel }) => {
      const door = ref(Door)
      const visitors = Promise.all([door.call.enter('Ada'), door.call.enter('Bob')])
      await kernel.settled()
      await door.call.unlock('1234')
      expect(await visitors).toEqual(['Ada is in', 'Bob is in'])
    }),
  )

  it(
    'sets the time-out of a state when it is entered, and runs its @Enter',
    inWorld(house, async ({ clock }) => {
      const door = ref(Door)
      await door.call.unlock('1234')
      await clock.advance(9_999)
      door.cast.lock()
      await door.call.unlock('1234')
      await clock.advance(9_999)
      const entered = [
        ['locked', 'locked'],
        ['locked', 'open'],
        ['open', 'locked'],
        ['locked', 'open'],
      ]
      expect(await door.call.history()).toEqual(entered)
      await clock.advance(1)
      expect(await door.call.history()).toEqual([...entered, 'time is up', ['open', 'locked']])
    }),
  )

  it(
    'is a new instance in its first state after a restart, injected anew',
    inWorld(house, async ({ kernel }) => {
      const door = ref(Door)
      await door.call.unlock('1234')
      const [before, first] = [whereis('door'), await door.call.which()]
      door.cast.crash()
      await kernel.settled()
      expect(whereis('door')).not.toBe(before)
      expect(await door.call.which()).toBe(first + 1)
      expect(await door.call.unlock('1234')).toBe('welcome')
    }),
  )

  it(
    'takes messages by state, and drops with a report what no state takes',
    inWorld(house, async ({ reports }) => {
      const door = ref(Door)
      send('door', 'wind')
      await door.call.unlock('1234')
      expect(reports.filter(({ kind }) => kind === 'server')).toMatchObject([
        { level: 'warn', lastMessage: 'wind' },
      ])
      send('door', 'wind')
      expect(await door.call.unlock('x')).toBe('wrong code')
    }),
  )

  it('ends with EVENT_UNEXPECTED on a call, a cast or a time-out that no method handles there', () =>
    inKernel(async (kernel) => {
      @StateMachine()
      class Fragile {
        state: 'a' | 'b' = 'a'
        @State('b') @Call() ask(): string {
          return 'b'
        }
        @State('b') @Cast() tell(): void {}
        @Cast() wait(): Acting {
          return acting({ stateTimeout: 10 })
        }
      }
      const asked = await start(Fragile)
      expect(await failure(asked.call.ask())).toMatchObject({
        code: 'CALL_SERVER_EXITED',
        cause: {
          code: 'EVENT_UNEXPECTED',
          details: { state: 'a', event: expect.stringMatching(/^call .*ask/) },
        },
      })
      for (const [act, event] of [
        ['tell', /^cast .*tell/],
        ['wait', /^state_timeout/],
      ] as const) {
        const machine = await start(Fragile)
        const ended = exitReason(machine.pid as never)
        machine.cast[act]()
        await kernel.clock.advance(10)
        expect(await ended).toMatchObject({
          code: 'EVENT_UNEXPECTED',
          details: { event: expect.stringMatching(event) },
        })
      }
    }))

  it('has actions, late replies, repeated states and stops as directives', () =>
    inKernel(async (kernel) => {
      const log: unknown[] = []
      @StateMachine()
      class Busy {
        state: 'idle' | 'busy' = 'idle'
        waiting: ReturnType<typeof from>[] = []
        init(first: unknown): Acting {
          return acting({ nextEvent: { type: 'internal', content: first } })
        }
        @Internal('begin') begun(content: string): void {
          log.push(content)
        }
        @Internal({ kind: 'n' }) counted(content: { readonly kind: 'n'; readonly n: number }): void {
          log.push(content.n)
        }
        @Call() count(n: number): Acting<number> {
          return acting(
            [
              { nextEvent: { type: 'internal', content: { kind: 'n', n } } },
              { timeout: 50, content: 'quiet' },
            ],
            n,
          )
        }
        @Timeout() quiet(content: unknown): void {
          log.push(content)
        }
        @Call() alarm(): Acting<string> {
          return acting({ timeout: 20, name: 'alarm', content: 'ring' }, 'set')
        }
        @Timeout('alarm') ring(content: unknown): void {
          log.push(content)
        }
        @Enter() entered(): void {
          log.push(this.state)
        }
        @Call() again(): Repeating<string> {
          return repeating('entered again')
        }
        @Call() later(): NoReply<string> {
          this.waiting.push(from())
          return noReply
        }
        @Cast() answer(): void {
          for (const each of this.waiting) reply(each, 'late')
        }
        @State('idle') @Call() work(): Postponing | string {
          return postpone
        }
        @State('busy') @On('work') working(): string {
          return 'works'
        }
        @Cast() begin(): Acting {
          this.state = 'busy'
          return acting({ stateTimeout: 5, content: 'enough' })
        }
        @State('busy') @StateTimeout() enough(content: unknown): void {
          log.push(content)
          this.state = 'idle'
        }
        @Call() close(): Stopping<string> {
          return stopping('shutdown', 'closed')
        }
        async terminate(): Promise<void> {
          log.push('terminated')
        }
      }
      const busy = await start(Busy, 'begin')
      expect(await busy.call.count(7)).toBe(7)
      expect(await busy.call.again()).toBe('entered again')
      expect(await busy.call.alarm()).toBe('set')
      const [late, work] = [busy.call.later(), busy.call.work()]
      busy.cast.answer()
      expect(await late).toBe('late')
      busy.cast.begin()
      expect(await work).toBe('works')
      await kernel.clock.advance(100)
      const ended = exitReason(busy.pid as never)
      expect(await busy.call.close()).toBe('closed')
      expect(await ended).toBe('shutdown')
      expect(log).toEqual(['idle', 'begin', 7, 'idle', 'busy', 'enough', 'idle', 'ring', 'terminated'])
    }))

  it('takes asynchronous methods, one event at a time', () =>
    inKernel(async (kernel) => {
      @StateMachine()
      class Slow {
        state: 'off' | 'on' = 'off'
        @Enter() async entered(): Promise<void> {
          await Promise.resolve()
        }
        @Call() async toggle(): Promise<string> {
          const next = this.state === 'off' ? 'on' : 'off'
          await Promise.resolve()
          this.state = next
          return next
        }
        @Cast() async fail(): Promise<void> {
          await Promise.resolve()
          throw new Error('no')
        }
      }
      const slow = await start(Slow)
      expect(await Promise.all([slow.call.toggle(), slow.call.toggle(), slow.call.toggle()])).toEqual([
        'on',
        'off',
        'on',
      ])
      const ended = exitReason(slow.pid as never)
      slow.cast.fail()
      expect(await ended).toMatchObject({ message: 'no' })
      expect(kernel.reportsOf('server')).toHaveLength(1)
    }))

  it('refuses a state assigned where nothing would notice: STATE_NOT_ASSIGNABLE', () =>
    inKernel(async () => {
      let leaked!: Leaky
      @StateMachine()
      class Leaky {
        state: 'a' | 'b' = 'a'
        init(): void {
          leaked = this
        }
        @Call() now(): string {
          return this.state
        }
      }
      const machine = await start(Leaky)
      const error = await failure(() => {
        leaked.state = 'b'
      })
      expect(error).toMatchObject({ code: 'STATE_NOT_ASSIGNABLE' })
      expect(await machine.call.now()).toBe('a')
    }))

  it('does not enter a state that @Enter assigns', () =>
    inKernel(async () => {
      @StateMachine()
      class Restless {
        state: 'a' | 'b' = 'a'
        @State('b') @Enter() back(): void {
          this.state = 'a'
        }
        @Cast() go(): void {
          this.state = 'b'
        }
      }
      const machine = await start(Restless)
      const ended = exitReason(machine.pid as never)
      machine.cast.go()
      expect(await ended).toMatchObject({ badStateEnterReturnFromStateFunction: { nextState: 'a' } })
    }))

  it('begins in the state that init assigns; without any it does not start: STATE_MISSING', () =>
    inKernel(async () => {
      @StateMachine()
      class Late {
        state!: 'a' | 'b'
        init(state?: 'a' | 'b'): void {
          if (state !== undefined) this.state = state
        }
        @Call() now(): string {
          return this.state
        }
      }
      expect(await (await start(Late, 'b')).call.now()).toBe('b')
      expect(await failure(start(Late))).toMatchObject({
        code: 'START_FAILED',
        cause: { code: 'STATE_MISSING' },
      })
    }))

  it('ignores and stops in init as a GenServer does', () =>
    inKernel(async () => {
      @StateMachine()
      class Unwilling {
        state = 'a'
        init(how: string): unknown {
          return how === 'ignore' ? 'ignore' : how === 'stop' ? stopping('no') : 42
        }
      }
      expect(await failure(start(Unwilling, 'ignore'))).toMatchObject({ code: 'START_IGNORED' })
      expect(await failure(start(Unwilling, 'stop'))).toMatchObject({ details: { reason: 'no' } })
      expect(await failure(start(Unwilling, 'x'))).toMatchObject({
        details: { reason: { badReturnFromInit: 42 } },
      })
    }))

  it('inherits handlers; a subclass goes before its base', () =>
    inKernel(async () => {
      abstract class Base {
        abstract state: string
        @State('a') @Call() where(): string {
          return 'base, a'
        }
        @Call() who(): string {
          return 'base'
        }
      }
      @StateMachine()
      class Middle extends Base {
        state: 'a' | 'b' = 'a'
        @State('b') @On('where') whereB(): string {
          return 'middle, b'
        }
        @Cast() go(): void {
          this.state = 'b'
        }
      }
      @StateMachine()
      class Top extends Middle {
        @State('b') @On('who') whoB(): string {
          return 'top, b'
        }
        @Call() override who(): string {
          return 'top'
        }
      }
      const top = await start(Top)
      expect([await top.call.where(), await top.call.who()]).toEqual(['base, a', 'top'])
      top.cast.go()
      expect([await top.call.where(), await top.call.who()]).toEqual(['middle, b', 'top, b'])
    }))

  it('has further methods for an event that its base machine declares', () =>
    inKernel(async () => {
      @StateMachine()
      class Base {
        state: 'a' | 'b' | 'c' = 'a'
        @State('a') @Call() go(): string {
          this.state = 'b'
          return 'base, a'
        }
        @State('b') @On('go') fromB(): string {
          this.state = 'c'
          return 'base, b'
        }
        @State('b') @Cast() note(): void {}
      }
      @StateMachine()
      class Sub extends Base {
        @State('b') @On('go') override fromB(): string {
          this.state = 'c'
          return 'sub, b'
        }
        @State('c') @On('go') fromC(): string {
          return 'sub, c'
        }
        @State('c') @On('note') noteInC(): void {
          this.state = 'a'
        }
      }
      const sub = await start(Sub)
      expect([await sub.call.go(), await sub.call.go(), await sub.call.go()]).toEqual([
        'base, a',
        'sub, b',
        'sub, c',
      ])
      sub.cast.note()
      expect(await sub.call.go()).toBe('base, a')
    }))

  it('says by its options how it is supervised', () => {
    @StateMachine({ name: (id: string) => `door ${id}`, restart: 'transient', shutdown: 10 })
    class Named {
      state = 'a'
      init(_id: string): void {}
    }
    expect(child(Named, 'x')).toMatchObject({
      id: 'door x',
      restart: 'transient',
      shutdown: 10,
      type: 'worker',
    })
  })

  it.each([
    [
      'two methods for one event in one state',
      'STATE_HANDLER_INVALID',
      () => {
        class Twice {
          state = 'a'
          @State('a') @Call() one(): void {}
          @State('a') @On('one') two(): void {}
        }
        StateMachine()(Twice)
      },
    ],
    [
      'an @On without its @Call',
      'STATE_DECORATOR_INVALID',
      () => {
        class Lonely {
          state = 'a'
          one(): void {}
          @On('one') two(): void {}
        }
        StateMachine()(Lonely)
      },
    ],
    [
      'a concurrent call',
      'STATE_DECORATOR_INVALID',
      () => {
        class Beside {
          state = 'a'
          @Call({ concurrent: true }) one(): void {}
        }
        StateMachine()(Beside)
      },
    ],
    [
      'a @State of a method that handles nothing',
      'STATE_DECORATOR_INVALID',
      () => {
        class Idle {
          state = 'a'
          @State('a') one(): void {}
        }
        StateMachine()(Idle)
      },
    ],
    [
      'an @After of no time',
      'STATE_HANDLER_INVALID',
      () => {
        class Never {
          state = 'a'
          @After(-1) one(): void {}
        }
        StateMachine()(Never)
      },
    ],
    ['a static method', 'HANDLER_STATIC', () => State('a')(class {} as never, 'one', {} as never)],
    [
      'a method of the engine',
      'HANDLER_INVALID',
      () => {
        class Engine {
          state = 'a'
          @Call() terminate(): void {}
        }
        StateMachine()(Engine)
      },
    ],
    [
      'a class that is a server already',
      'DECORATED_TWICE',
      () => {
        @GenServer()
        class Both {
          state = 'a'
        }
        StateMachine()(Both)
      },
    ],
  ])('refuses %s: %s', async (_, code, act) => {
    expect(await failure(act)).toMatchObject({ code })
  })

  it('works without application or supervisor', () =>
    inKernel(async () => {
      @StateMachine()
      class Lamp {
        state: 'off' | 'on' = 'off'
        @Call() press(): string {
          this.state = this.state === 'off' ? 'on' : 'off'
          return this.state
        }
      }
      const lamp = await startLink(Lamp)
      expect(await lamp.call.press()).toBe('on')
      await stop(lamp)
    }))
})

@StateMachine({ name: 'left' })
class Left {
  state: 'here' = 'here'
  @Call() async ask(): Promise<unknown> {
    await Promise.resolve()
    return ref(Right).call.ask()
  }
}

@StateMachine({ name: 'right' })
class Right {
  state: 'here' = 'here'
  @Call() async ask(): Promise<unknown> {
    await Promise.resolve()
    return ref(Left).call.ask()
  }
}

describe('a circle of calls between machines', () => {
  it('is refused where it closes, also after an await', async () => {
    await new Kernel({ report: () => {} }).run(async () => {
      await start(Left)
      await start(Right)
      const error: unknown = await ref(Left)
        .call.ask()
        .catch((thrown: unknown) => thrown)
      let root = error as { code?: string; cause?: unknown; details?: { cycle?: string } }
      while (root.code === 'CALL_SERVER_EXITED') root = root.cause as typeof root
      expect(root).toMatchObject({ code: 'CALL_CYCLE', details: { cycle: 'left → right → left' } })
    })
  })
})
