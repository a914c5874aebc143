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
import { atRest, cost, mark, type Sample } from '../harness/sample.js'
import { Counter, counted, pidOf, stopAll } from './servers.js'

/** How many of the population are spoken to, spread evenly over it, and how often. */
const SPOKEN_TO = 1_000
const TIMES = 5
const STARTED = 500
const CRASHED = 20
/** Each is measured so often, and the best counts: what else the machine does is no property of the population. */
const TRIES = 20

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

const OPERATIONS = ['send', 'call', 'start', 'restart'] as const
/** Nanoseconds of processor time of each operation. */
type Costs = Record<(typeof OPERATIONS)[number], number>

const child = { id: 'worker', start: (main?: Pid) => startLink(Worker, main) }

export async function work(size: number): Promise<Sample> {
  trapExit(true)
  const supervisor = await startDynamicSupervisor({ intensity: 10_000, period: 3_600_000 }, { link: true })
  const pids: Pid[] = []
  const all: Costs[] = []
  const extra: Record<string, number> = {}
  for (let population = Math.min(1_000, size); population <= size; population *= 10) {
    while (pids.length < population) pids.push((await startChild(supervisor, child)) as Pid)
    const costs = await costsIn(supervisor, pids)
    all.push(costs)
    for (const [name, ns] of Object.entries(costs)) extra[`${name} ${population}`] = ns
  }
  exit(supervisor, 'kill')
  await receive(isExit)
  return { counted: pids.length, value: Math.max(...OPERATIONS.map((name) => range(all, name))), extra }
}

function range(all: readonly Costs[], name: keyof Costs): number {
  const costs = all.map((each) => each[name])
  return Math.max(...costs) / Math.min(...costs)
}

async function costsIn(supervisor: Pid, pids: readonly Pid[]): Promise<Costs> {
  const every = Math.max(1, Math.floor(pids.length / SPOKEN_TO))
  const among = `among ${pids.length.toLocaleString('en')}`
  const spoken = pids.filter((_, at) => at % every === 0).map((pid) => ref(Worker, pid))
  await atRest()
  return {
    send: await best(() => sending(spoken, among)),
    call: await best(() => calling(spoken, among)),
    start: await best(() => starting(supervisor, among)),
    restart: await best(() => restarting(supervisor, among)),
  }
}

async function best(measure: () => Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < TRIES; i++) least = Math.min(least, await measure())
  return least
}

type Workers = readonly {
  readonly cast: { tell(pid: Pid): void }
  readonly call: { add(by: number): Promise<number> }
}[]

async function sending(workers: Workers, part: string): Promise<number> {
  const counter = pidOf(await startLink(Counter, { expected: workers.length * TIMES, main: self() }))
  const start = mark(part)
  for (let i = 0; i < TIMES; i++) for (const worker of workers) worker.cast.tell(counter)
  const { cpu } = cost(start, await counted())
  stopAll([counter])
  return cpu
}

async function calling(workers: Workers, part: string): Promise<number> {
  const start = mark(part)
  for (let i = 0; i < TIMES; i++) for (const worker of workers) await worker.call.add(1)
  return cost(start, TIMES * workers.length).cpu
}

async function starting(supervisor: Pid, part: string): Promise<number> {
  const start = mark(part)
  for (let i = 0; i < STARTED; i++) {
    const pid = (await startChild(supervisor, child)) as Pid
    await terminateChild(supervisor, pid)
  }
  return cost(start, STARTED).cpu
}

async function restarting(supervisor: Pid, part: string): Promise<number> {
  await startChild(supervisor, { ...child, args: [self()] })
  let { pid } = await receive(isUp)
  const start = mark(part)
  for (let i = 0; i < CRASHED; i++) {
    ref(Worker, pid).cast.crash()
    ;({ pid } = await receive(isUp))
  }
  const { cpu } = cost(start, CRASHED)
  await terminateChild(supervisor, pid)
  return cpu
}

function isUp(message: unknown): message is Up {
  return message instanceof Up
}
