import { Call, Cast, Health, Info } from '../../src/decorators/index.js'
import {
  abcast,
  type Callbacks,
  type ContinueWith,
  call,
  cast,
  checkResponse,
  continueWith,
  defineServer,
  type Idle,
  idle,
  multiCall,
  type NoReply,
  noReply,
  type Ref,
  RequestCollection,
  type RequestId,
  type Response,
  receiveResponse,
  ref,
  type Stopping,
  sendRequest,
  start,
  startLink,
  startMonitor,
  startServer,
  stopping,
  waitResponse,
} from '../../src/genserver/index.js'
import type { ExitReason, HeartwoodError, Pid, Reference } from '../../src/kernel/index.js'
import { type UniqueRegistry, via } from '../../src/registry/index.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function assert<T extends true>(proof?: T): void

class Counter {
  count = 0
  constructor(readonly clock: { now(): number }) {}
  init(args: { start: number }): void {
    this.count = args.start
  }
  add(by: number): number {
    return this.count + by
  }
  async slow(text: string, times?: number): Promise<string> {
    return text.repeat(times ?? 1)
  }
  maybe(): number | undefined {
    return undefined
  }
  flag(): boolean {
    return true
  }
  reset(): void {}
  async resetLater(): Promise<void> {}
  wait(): NoReply<string> {
    return noReply
  }
  take(): { job: string } | NoReply {
    return noReply
  }
  close(): Stopping<'closed'> {
    return stopping('normal', 'closed')
  }
  either(): number | Stopping<string> {
    return 1
  }
  vanish(): Stopping {
    return stopping('gone')
  }
  touch(): undefined | Idle {
    return idle(10)
  }
  chain(): Promise<ContinueWith<number>> {
    return Promise.resolve(continueWith('x', 1))
  }
  protected hidden(): void {}
  private secret(): number {
    return this.#most() + this.count
  }
  #most(): number {
    return this.secret()
  }
  handleInfo(_message: unknown): void {}
  terminate(_reason: ExitReason): void {}
}
defineServer(Counter, {
  calls: ['add', 'slow', 'take'],
  casts: ['reset'],
  infos: [{ pattern: 'tick', method: 'reset' }],
  create: () => new Counter({ now: () => 0 }),
})
// @ts-expect-error: no such method
defineServer(Counter, { calls: ['ad'] })
// @ts-expect-error: the engine calls that
defineServer(Counter, { casts: ['terminate'] })
// @ts-expect-error: a field is no method
defineServer(Counter, { calls: ['count'] })
// @ts-expect-error: makes something else
defineServer(Counter, { create: () => new Date() })

const counter = ref(Counter)
assert<Equal<typeof counter, Ref<Counter>>>()

// Calls: the method's arguments, a promise of what it returns.
assert<Equal<ReturnType<typeof counter.call.add>, Promise<number>>>()
assert<Equal<Parameters<typeof counter.call.slow>, [text: string, times?: number | undefined]>>()
assert<Equal<ReturnType<typeof counter.call.slow>, Promise<string>>>()
assert<Equal<ReturnType<typeof counter.call.maybe>, Promise<number | undefined>>>()
assert<Equal<ReturnType<typeof counter.call.flag>, Promise<boolean>>>()
assert<Equal<ReturnType<typeof counter.call.reset>, Promise<void>>>()
void counter.with({ timeout: 10, signal: AbortSignal.abort() }).call.add(1)

// A directive stands for its reply.
assert<Equal<ReturnType<typeof counter.call.wait>, Promise<string>>>()
assert<Equal<ReturnType<typeof counter.call.take>, Promise<{ job: string }>>>()
assert<Equal<ReturnType<typeof counter.call.close>, Promise<'closed'>>>()
assert<Equal<ReturnType<typeof counter.call.either>, Promise<number | string>>>()
assert<Equal<ReturnType<typeof counter.call.vanish>, Promise<unknown>>>()
assert<Equal<ReturnType<typeof counter.call.chain>, Promise<number>>>()

// @ts-expect-error: no such method
counter.call.ad(1)
// @ts-expect-error: wrong argument
counter.call.add('1')
// @ts-expect-error: missing argument
counter.call.add()
// @ts-expect-error: too many arguments
counter.call.add(1, 2)
// @ts-expect-error: a field is no method
counter.call.count
// @ts-expect-error: not public
counter.call.hidden()
// @ts-expect-error: not public
counter.call.secret()
// @ts-expect-error: not public
counter.cast.hidden()
// @ts-expect-error: not public
counter.request.secret()
// @ts-expect-error: the engine's
counter.call.init({ start: 1 })
// @ts-expect-error: the engine's
counter.call.terminate('normal')
// @ts-expect-error: no such option
counter.with({ timeOut: 10 })
// @ts-expect-error: a promise is no number
const wrong: number = counter.call.add(1)
void wrong

// Casts: methods that return nothing.
assert<Equal<ReturnType<typeof counter.cast.reset>, void>>()
counter.cast.resetLater()
counter.cast.vanish()
counter.cast.touch()
// @ts-expect-error: returns a value
counter.cast.add(1)
// @ts-expect-error: returns a value, if sometimes undefined
counter.cast.maybe()
// @ts-expect-error: returns a promise of a value
counter.cast.slow('x')
// @ts-expect-error: answers
counter.cast.close()
// @ts-expect-error: the engine's
counter.cast.handleInfo('x')
// @ts-expect-error: too many arguments
counter.cast.reset(1)

// Requests: the same methods, answered by a message.
assert<Equal<ReturnType<typeof counter.request.add>, RequestId<number>>>()
assert<Equal<ReturnType<typeof counter.request.take>, RequestId<{ job: string }>>>()
void receiveResponse(counter.request.add(1), { timeout: 10, abs: true }).then((answer) => {
  assert<Equal<typeof answer, Response<number> | 'timeout'>>()
  if (answer === 'timeout') return
  if (answer.error === undefined) assert<Equal<typeof answer.reply, number>>()
  else assert<Equal<typeof answer.error, HeartwoodError>>()
})
void waitResponse(sendRequest('name', 'x')).then((answer) =>
  assert<Equal<typeof answer, Response | 'timeout'>>(),
)
const requests = new RequestCollection<'a' | 'b'>()
requests.add(counter.request.add(1), 'a')
sendRequest(counter, 'x', 'b', requests)
const checked = checkResponse('message', requests)
if (typeof checked === 'object') assert<Equal<typeof checked.label, 'a' | 'b'>>()
// @ts-expect-error: wrong argument
counter.request.add('1')
// @ts-expect-error: the engine's
counter.request.terminate('normal')
// @ts-expect-error: no such label
requests.add(counter.request.add(1), 'c')
// @ts-expect-error: a request is no promise of its reply
const unanswered: Promise<number> = counter.request.add(1)
void unanswered
// @ts-expect-error: only a request has an answer to wait for
void receiveResponse(Promise.resolve(1))

// Names, pids, `{ name, node }` and keys of registries all give the same ref.
declare const somePid: Pid
declare const sessions: UniqueRegistry<string>
for (const target of ['name', somePid, { name: 'name', node: 'node' }, via(sessions, 'ann'), counter]) {
  const typed = ref(Counter, target)
  assert<Equal<typeof typed, Ref<Counter>>>()
  assert<Equal<ReturnType<typeof typed.call.add>, Promise<number>>>()
}
void call({ name: 'counter', node: 'node' }, 'x', { timeout: 10, signal: AbortSignal.abort() })
// @ts-expect-error: a name without its node
void call({ name: 'counter' }, 'x')
// @ts-expect-error: options of a call, not of one method
counter.call.add(1, { timeout: 10 })
// @ts-expect-error: a time-out is a number
counter.with({ timeout: '10' })
void multiCall(['a', somePid], 'x', 10).then(({ replies, failed }) => {
  assert<Equal<(typeof replies)[number]['reply'], unknown>>()
  assert<Equal<(typeof failed)[number]['error'], HeartwoodError>>()
})

// Typed refs: the name of a method, its arguments, and the type of its answer.
void multiCall([counter, ref(Counter, 'other')], 'slow', ['x', 2], { timeout: 10 }).then(({ replies }) => {
  assert<Equal<(typeof replies)[number]['reply'], string>>()
  assert<Equal<(typeof replies)[number]['server'], Ref<Counter>>>()
})
void multiCall([counter], 'maybe').then(({ replies }) => {
  assert<Equal<(typeof replies)[number]['reply'], number | undefined>>()
})
void multiCall([counter], 'maybe', [], 1_000)
abcast([counter], 'reset')
abcast(new Set([counter]), 'reset', [])
// @ts-expect-error: no such method
void multiCall([counter], 'ad', [1])
// @ts-expect-error: another argument
void multiCall([counter], 'add', ['1'])
// @ts-expect-error: an argument is missing
void multiCall([counter], 'add')
// @ts-expect-error: a helper
void multiCall([counter], 'hidden')
// @ts-expect-error: it answers
abcast([counter], 'add', [1])
// @ts-expect-error: a typed ref takes no plain request
void multiCall(['a', counter], 'add')
// @ts-expect-error: a typed ref takes no plain request
void multiCall([counter], { add: 1 })
class Anything {
  handleCall(request: unknown): unknown {
    return request
  }
}
defineServer(Anything, {})
void multiCall([ref(Anything, 'a'), 'b'], { any: 'request' })

// Starting a class: what its init takes.
assert<Equal<Awaited<ReturnType<typeof start<Counter>>>, Ref<Counter>>>()
void start(Counter, { start: 1 })
void startLink(Counter, { start: 1 }, { name: 'counter', timeout: 10 })
void startServer(Counter, { start: 1 }, { link: true, monitor: true })
void startMonitor(Counter, { start: 1 }).then(({ server, pid, ref: monitor }) => {
  assert<Equal<typeof server, Ref<Counter>>>()
  assert<Equal<typeof pid, Pid>>()
  assert<Equal<typeof monitor, Reference>>()
})
// @ts-expect-error: init needs its argument
void start(Counter)
// @ts-expect-error: of another type
void start(Counter, { start: '1' })
// @ts-expect-error: no such key
void start(Counter, { start: 1, end: 2 })
// @ts-expect-error: no such option
void startLink(Counter, { start: 1 }, { link: false })
// @ts-expect-error: linking is startServer's option or startLink
void start(Counter, { start: 1 }, { monitor: true })

class Plain {
  go(): void {}
}
void start(Plain)
void start(Plain, undefined, { name: 'plain' })
// @ts-expect-error: there is no init to take it
void start(Plain, 1)

class Optional {
  init(_how?: string): void {}
}
void start(Optional)
void start(Optional, 'so')
// @ts-expect-error: of another type
void start(Optional, 1)

// Refs of different classes are not each other.
declare function takes(server: Ref<Counter>): void
takes(counter)
// @ts-expect-error: a ref of another class
takes(ref(Plain))
ref(Counter, 'name')
ref(Counter, counter)
// @ts-expect-error: not an address
ref(Counter, 42)

// The functional form: the state runs through the callbacks, the argument through start.
const functional: Callbacks<number, { from: number }> = {
  init: ({ from }) => ({ state: from }),
  handleCall: (_request, _from, state) => ({ reply: state, state }),
  handleCast: (_request, state) => ({ state: state + 1, timeout: 10 }),
  handleInfo: (_message, state) => ({ stop: 'normal', state }),
}
assert<Equal<ReturnType<typeof call>, Promise<unknown>>>()
void start(functional, { from: 1 }).then((pid) => assert<Equal<typeof pid, Pid>>())
// @ts-expect-error: init needs its argument
void start(functional)
// @ts-expect-error: of another type
void start(functional, { from: 'x' })
void start({ init: () => ({ state: 1 }) })
void start({ init: (n: number) => ({ state: n }), handleCast: (_r, state) => ({ state: state + 1 }) }, 1)
// @ts-expect-error: callbacks without init
void start({ handleCast: (_request: unknown, state: number) => ({ state }) })
// @ts-expect-error: the next state is of another type
void start({ init: () => ({ state: 1 }), handleCast: () => ({ state: 'x' }) })
// @ts-expect-error: a cast has nobody to reply to
const replying: Callbacks<number>['handleCast'] = (_request, state) => ({ reply: 1, state })
void replying
// @ts-expect-error: a result has a state
const stateless: Callbacks<number>['handleInfo'] = () => ({ timeout: 1 })
void stateless

// A call may be answered beside the server; nothing else is.
const beside: Callbacks<number>['handleCall'] = (_request, _from, state) => ({
  state,
  concurrently: async () => state,
})
void beside
// @ts-expect-error: a cast has nobody to answer
const castBeside: Callbacks<number>['handleCast'] = (_request, state) => ({ state, concurrently: () => 1 })
void castBeside
// @ts-expect-error: answered twice
const both: Callbacks<number>['handleCall'] = (_r, _f, state) => ({ reply: 1, state, concurrently: () => 1 })
void both
defineServer(Counter, { calls: ['slow'], concurrent: ['slow'], mailbox: { limit: 10, policy: 'reject' } })
defineServer(Counter, { calls: ['slow'], concurrent: [{ method: 'slow', limit: 16 }] })
// @ts-expect-error: no such method
defineServer(Counter, { calls: ['slow'], concurrent: ['slo'] })
// @ts-expect-error: no such policy
defineServer(Counter, { mailbox: { limit: 10, policy: 'drop_newest' } })
void start(Counter, { start: 1 }, { mailbox: { limit: 10, policy: 'drop_oldest' } })

class Decorated {
  @Call({ concurrent: true }) async page(): Promise<string> {
    return 'page'
  }
  @Cast() reset(): void {}
  // @ts-expect-error: a cast method returns nothing
  @Cast() total(): number {
    return 1
  }
}
void Decorated

cast(counter, 'x')
// @ts-expect-error: not a server reference
cast(42, 'x')
// @ts-expect-error: not a server reference
void call({ name: 'x' }, 'x')

// Generic and overloaded methods. Type parameters are the clients' too where the method gives a promise itself, or is cast.
interface Fields {
  readonly size: number
  readonly name: string
}
class Generic {
  @Call() async later<T>(value: T): Promise<T> {
    return value
  }
  @Call() async read<K extends keyof Fields>(key: K): Promise<Fields[K]> {
    return { size: 1, name: 'x' }[key] as Fields[K]
  }
  @Call() get<K extends keyof Fields>(key: K): Fields[K] {
    return { size: 1, name: 'x' }[key] as Fields[K]
  }
  over(value: string): string
  over(value: number, times: number): number
  @Call() over(value: string | number): string | number {
    return value
  }
  overLater(value: string): Promise<string>
  overLater(value: number): Promise<number>
  @Call() async overLater(value: string | number): Promise<string | number> {
    return value
  }
  @Call() isText(value: unknown): value is string {
    return typeof value === 'string'
  }
  @Call() fails(): never {
    throw new Error('fails')
  }
  @Cast() put<K extends keyof Fields>(_key: K, _value: Fields[K]): void {}
  note(text: string): void
  note(code: number): void
  @Cast() note(_it: string | number): void {}
  @Cast() async quiet(_text?: string): Promise<void> {}
  @Info() any<T>(_message: T): void {}
}
declare const generic: Ref<Generic>
export const answers: readonly [
  Promise<string>,
  Promise<number>,
  Promise<string | number>,
  Promise<string>,
  Promise<number>,
  Promise<string>,
  Promise<number>,
  Promise<boolean>,
] = [
  generic.call.later('x'),
  generic.call.read('size'),
  generic.call.get('size'),
  generic.call.over('x'),
  generic.call.over(1, 2),
  generic.call.overLater('x'),
  generic.call.overLater(1),
  generic.call.isText(1),
]
const never: Promise<never> = generic.call.fails()
void never
generic.cast.put('size', 1)
generic.cast.note('x')
generic.cast.note(1)
generic.cast.quiet()
// @ts-expect-error: a promise, and not what it is a promise of
const atOnce: number | string = generic.call.get('size')
void atOnce
// @ts-expect-error: no such field
generic.call.read('length')
// @ts-expect-error: no such field
generic.call.get('length')
// @ts-expect-error: a number goes with another
generic.call.over(1)
// @ts-expect-error: neither a text nor a number
generic.call.overLater(true)
// @ts-expect-error: a size is a number
generic.cast.put('size', 'x')
// @ts-expect-error: neither a text nor a number
generic.cast.note(true)
// @ts-expect-error: a text
generic.cast.quiet(1)

// What handles messages belongs to instances; what clients call is public.
class Handlers {
  // @ts-expect-error: static
  @Call() static fixed(): number {
    return 1
  }
  // @ts-expect-error: static
  @Info() static told(): void {}
  // @ts-expect-error: static
  @Health() static asked(): boolean {
    return true
  }
  // @ts-expect-error: private
  @Call() private own(): number {
    return this.own()
  }
  // @ts-expect-error: protected
  @Cast() protected quiet(): void {}
  // @ts-expect-error: no method
  @Call() size = 1
  // @ts-expect-error: nor is a getter
  @Call() get length(): number {
    return 1
  }
  // @ts-expect-error: a check is asked for nothing
  @Health() checked(limit: number): boolean {
    return limit > 0
  }
  @Call() open(): number {
    return 1
  }
  // Nobody calls these by their name.
  @Info() protected heard(): void {}
  @Health() protected well(): boolean {
    return true
  }
}
void Handlers
