import {
  currentKernel,
  exit,
  isDown,
  monitor,
  type Pid,
  Pid as PidClass,
  receive,
  self,
  send,
  spawn,
  spawnLink,
} from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'

/** Spawns the rest of the chain, linked, and waits. */
async function chained(main: Pid, left: number): Promise<void> {
  if (left === 0) send(main, self())
  else spawnLink(() => chained(main, left - 1))
  await receive('stop')
}

export async function work(size: number): Promise<Sample> {
  const main = self()
  const kernel = currentKernel()
  const before = kernel.processCount
  const head = spawn(() => chained(main, size - 1))
  const tail = await receive(isPid)
  const ref = monitor(tail)
  const built = kernel.processCount - before
  const start = began()
  exit(head, 'boom')
  const down = await receive(isDown)
  const spent = cost(start, size)
  if (down.ref !== ref) throw new Error('the end of another process was told')
  return { counted: built - (kernel.processCount - before), ...spent }
}

function isPid(message: unknown): message is Pid {
  return message instanceof PidClass
}
