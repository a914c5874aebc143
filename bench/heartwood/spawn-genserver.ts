import { isAlive, type Pid, startLink } from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'
import { Cell, pidOf, stopAll } from './servers.js'

export async function work(size: number): Promise<Sample> {
  const pids: Pid[] = []
  const start = began()
  for (let i = 0; i < size; i++) pids.push(pidOf(await startLink(Cell, i)))
  const spent = cost(start, size)
  const up = pids.filter((pid) => isAlive(pid)).length
  stopAll(pids)
  return { counted: up, ...spent }
}
