import {
  type ChildSpec,
  exit,
  GenServer,
  isExit,
  type Pid,
  receive,
  send,
  startLink,
  startSupervisor,
  supervisorSpec,
  trapExit,
} from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'
import { counted, counter } from './servers.js'

const EACH = 100

/** Says when it is up. */
@GenServer()
class Leaf {
  init(counter: Pid): void {
    send(counter, 'up')
  }
}

export async function work(size: number): Promise<Sample> {
  trapExit(true)
  const pid = await counter(size)
  const start = began()
  const root = await startSupervisor({ children: branches(size, pid) }, { link: true })
  const up = await counted()
  const begins = cost(start, size).value
  exit(root, 'shutdown')
  await receive(isExit)
  const spent = cost(start, size)
  return { counted: up, ...spent, extra: { start: begins, stop: spent.value - begins } }
}

function branches(size: number, counter: Pid): ChildSpec[] {
  const specs: ChildSpec[] = []
  for (let left = size; left > 0; left -= EACH) {
    specs.push(
      supervisorSpec(`branch ${specs.length}`, () => ({ children: leaves(Math.min(EACH, left), counter) })),
    )
  }
  return specs
}

function leaves(size: number, counter: Pid): ChildSpec[] {
  return Array.from({ length: size }, (_, id) => ({
    id: `leaf ${id}`,
    start: () => startLink(Leaf, counter),
  }))
}
