// What children are given is compared with what their `init` takes, wherever a child is named.
import {
  Agent,
  type ApplicationOptions,
  application,
  Call,
  type Child,
  type ChildSpec,
  child,
  childSpec,
  GenServer,
  type Ref,
  Supervisor,
  type SupervisorInit,
  type SupervisorOptions,
  startChild,
  startLink,
  startSupervisor,
  supervisorSpec,
} from 'heartwood'

type Job =
  | { readonly kind: 'mail'; to: string[] }
  | { readonly kind: 'sum'; readonly of: { readonly rows: ('a' | 'b')[] } }
type Brand = string & { readonly __brand: 'id' }
class Money {
  readonly #cents = 1
  private readonly currency = 'EUR'
  get(): string {
    return `${this.#cents} ${this.currency}`
  }
}
interface Node {
  readonly next?: Node
  readonly all: Map<string, Node[]>
  readonly at: Date
  readonly money: Money
  readonly id: Brand
  readonly anything: unknown
  readonly when: Promise<string>
  find(name: string): Node
}

@GenServer()
class Worker {
  init(_job: Job): void {}
  @Call() a(): number {
    return 1
  }
}
@GenServer()
class Level {
  init(_level: 'low' | 'high'): void {}
}
@GenServer()
class Nodes {
  init(_node: Node): void {}
}
@GenServer()
class Kept {
  init(_kept: { money: Money; tags: Set<string>; of?: Ref<Worker> }): void {}
}
@GenServer()
class Anything {
  init<T>(_it: T): void {}
}
@GenServer()
class Nothing {}
/** Makes its spec itself, and knows what it takes. */
class Stack {
  readonly items = 0
  static [childSpec](_items: string[]): ChildSpec {
    return { id: 'stack', start: () => 'ignore' }
  }
}
declare const node: Node
declare const job: Job
declare const money: Money
declare const some: Child[]
declare const source: { [childSpec](args?: unknown): ChildSpec }
declare const options: SupervisorOptions
declare const init: SupervisorInit
declare const described: ApplicationOptions

@Supervisor({
  children: [
    [Worker, { kind: 'mail', to: ['x'] }],
    [Worker, { kind: 'sum', of: { rows: ['a'] } }, { id: 'other' }],
    [Worker, job],
    [Level, 'low'],
    [Nodes, node],
    [Nodes, { ...node, all: new Map([['x', [node]]]) }],
    [Kept, { money, tags: new Set(['x']) }],
    Anything,
    [Anything, 1],
    Nothing,
    [Nothing, undefined, { id: 'again' }],
    Stack,
    [Stack, ['x']],
    [source, 'x'],
    ...some,
    child(Level, 'high'),
    Agent.childSpec(() => 1),
    { id: 'made', start: () => startLink(Level, 'low') },
    { id: 'maybe', start: () => (some.length > 1 ? 'ignore' : startLink(Level, 'low')) },
  ],
})
class Listed {}
@Supervisor({
  children: () => [
    [Worker, { kind: 'mail', to: ['x'] }],
    [Worker, { kind: 'sum', of: { rows: ['a'] } }],
    [Level, 'low'],
    [Nodes, node],
    [Kept, { money, tags: new Set(['x']) }],
    [Stack, ['x']],
    ...some,
  ],
})
class Computed {}

supervisorSpec('x', { children: [[Worker, { kind: 'mail', to: ['x'] }], [Level, 'low'], Listed, ...some] })
supervisorSpec('x', () => ({ children: [[Worker, { kind: 'mail', to: ['x'] }], Computed] }))
supervisorSpec('x', async () => (some.length > 1 ? 'ignore' : { children: [[Level, 'low']] }))
supervisorSpec('x', { children: [1, 2].map((n) => child(Worker, { kind: 'mail', to: [`${n}`] })) })
supervisorSpec('x', options)
supervisorSpec('x', init)
void startSupervisor(init)
void startSupervisor({ children: [[Nodes, node]] })
void startSupervisor(() => {
  const children: Child[] = []
  return { children, strategy: 'one_for_all' }
})
void startChild('x', [Worker, { kind: 'mail', to: ['x'] }])
void startChild('x', [Kept, { money, tags: new Set(['x']) }, { restart: 'temporary' }])
void startChild('x', Nothing)
void startChild('x', [source, 'x'])
void startChild('x', { id: 'x', start: () => 'ignore' })
void startChild<string>('x', Nothing)
for (const each of some) void startChild('x', each)
application({ name: 'x', root: Listed })
application({ name: 'x', root: [Listed, undefined, { id: 'x' }] })
application({ name: 'x', root: [Worker, { kind: 'mail', to: ['x'] }] })
application({ name: 'x', root: Agent.childSpec(() => 1) })
application(described)

// @ts-expect-error: a level is no number
@Supervisor({ children: [[Level, 5]] })
export class Numeric {}
// @ts-expect-error: there is no such level
@Supervisor({ children: [Nothing, [Level, 'middle']] })
export class Middle {}
// @ts-expect-error: there is no such level
@Supervisor({ children: () => [Nothing, [Level, 'middle']] })
export class MiddleLater {}
// @ts-expect-error: it takes no more than a kind and what that has
@Supervisor({ children: [[Worker, { kind: 'mail', to: ['x'], cc: ['y'] }]] })
export class Excess {}
// @ts-expect-error: it takes a level
@Supervisor({ children: [Level] })
export class Bare {}
// @ts-expect-error: rows are a or b
@Supervisor({ children: [[Worker, { kind: 'sum', of: { rows: ['c'] } }]] })
export class Rows {}
// @ts-expect-error: it takes nothing
@Supervisor({ children: [[Nothing, 'x']] })
export class Given {}
// @ts-expect-error: it says itself what it takes
@Supervisor({ children: [[Stack, 'x']] })
export class Stacked {}

// @ts-expect-error: a level is no number
supervisorSpec('x', { children: [[Level, 5]] })
// @ts-expect-error: it takes a level
supervisorSpec('x', { children: [Level] })
// @ts-expect-error: in a function as well
supervisorSpec('x', () => ({ children: [Level] }))
// @ts-expect-error: no such option
supervisorSpec('x', { childen: [] })
// @ts-expect-error: a level is no number
startSupervisor({ children: [[Level, 5]] })
// @ts-expect-error: a level is no number
startChild('x', [Level, 5])
// @ts-expect-error: it takes no more than a kind and what that has
startChild('x', [Worker, { kind: 'mail', to: ['x'], cc: ['y'] }])
// @ts-expect-error: it takes a level
startChild('x', Level)
// @ts-expect-error: no such field of a spec
startChild('x', [Nothing, undefined, { restrat: 'temporary' }])
// @ts-expect-error: a spec says how it starts
startChild('x', { id: 'x' })
// @ts-expect-error: it takes a level
application({ name: 'x', root: Level })
// @ts-expect-error: a level is no number
application({ name: 'x', root: [Level, 5] })
// @ts-expect-error: an instance is no child
application({ name: 'x', root: new Nothing() })
// @ts-expect-error: no such option
application({ name: 'x', root: Nothing, rot: Nothing })
