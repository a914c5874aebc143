import {
  Call,
  Cast,
  exit,
  GenServer,
  isExit,
  type Pid,
  receive,
  ref,
  self,
  send,
  startChild,
  startDynamicSupervisor,
  startLink,
  terminateChild,
  trapExit,
} from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'
import { Counter, counted, pidOf, stopAll } from './servers.js'

/** How many of the population are spoken to, spread evenly over it, and how often. */
const SPOKEN_TO = 1_000
const TIMES = 20
const STARTED = 2_000
const CRASHED = 100

@GenServer()
class Worker {
  #value = 0

  init(main: Pid | undefined): void {
    if (main !== undefined) send(main, new Up(self()))
  }

  @Call() add(by: number): number {
    this.#value += by
    return this.#value
  }

  @Cast() tell(pid: Pid): void {
    send(pid, 'told')
  }

  @Cast() crash(): void {
    throw new Error('oops')
  }
}

class Up {
  constructor(readonly pid: Pid) {}
}

/** Costs of each operation in a population, by name. */
type Costs = Record<'send' | 'call' | 'start' | 'restart', number>

export async function work(size: number): Promise<Sample> {
  trapExit(true)
  const extra: Record<string, number> = {}
  const all: Costs[] = []
  let counted = 0
  for (let population = Math.min(1_000, size); population <= size; population *= 10) {
    const costs = await costsIn(population)
    all.push(costs)
    for (const [name, ns] of Object.entries(costs)) extra[`${name} ${population}`] = ns
    counted = population
  }
  return {
    counted,
    value: Math.max(...(['send', 'call', 'start', 'restart'] as const).map((name) => range(all, name))),
    extra,
  }
}

function range(all: readonly Costs[], name: keyof Costs): number {
  const costs = all.map((each) => each[name])
  return Math.max(...costs) / Math.min(...costs)
}

async function costsIn(population: number): Promise<Costs> {
  const supervisor = await startDynamicSupervisor(
    { intensity: CRASHED * 10, period: 3_600_000 },
    { link: true },
  )
  const child = { id: 'worker', start: (main?: Pid) => startLink(Worker, main) }
  const pids: Pid[] = []
  for (let i = 0; i < population; i++) pids.push((await startChild(supervisor, child)) as Pid)
  const spoken = Array.from({ length: Math.min(SPOKEN_TO, population) }, (_, at) => {
    return ref(Worker, pids[Math.floor((at * population) / Math.min(SPOKEN_TO, population))] as Pid)
  })
  const costs = {
    send: await sending(spoken),
    call: await calling(spoken),
    start: await starting(supervisor, child),
    restart: await restarting(supervisor, child),
  }
  exit(supervisor, 'shutdown')
  await receive(isExit)
  return costs
}

type Workers = readonly {
  readonly cast: { tell(pid: Pid): void }
  readonly call: { add(by: number): Promise<number> }
}[]

async function sending(workers: Workers): Promise<number> {
  const counter = pidOf(await startLink(Counter, { expected: workers.length * TIMES, main: self() }))
  const start = began()
  for (let i = 0; i < TIMES; i++) for (const worker of workers) worker.cast.tell(counter)
  const { value } = cost(start, await counted())
  stopAll([counter])
  return value
}

async function calling(workers: Workers): Promise<number> {
  const start = began()
  for (let i = 0; i < TIMES; i++) for (const worker of workers) await worker.call.add(1)
  return cost(start, TIMES * workers.length).value
}

async function starting(supervisor: Pid, child: object): Promise<number> {
  const start = began()
  for (let i = 0; i < STARTED; i++) {
    const pid = (await startChild(supervisor, child as never)) as Pid
    await terminateChild(supervisor, pid)
  }
  return cost(start, STARTED).value
}

async function restarting(supervisor: Pid, child: object): Promise<number> {
  await startChild(supervisor, { ...child, args: [self()] } as never)
  let { pid } = await receive(isUp)
  const start = began()
  for (let i = 0; i < CRASHED; i++) {
    ref(Worker, pid).cast.crash()
    ;({ pid } = await receive(isUp))
  }
  return cost(start, CRASHED).value
}

function isUp(message: unknown): message is Up {
  return message instanceof Up
}
