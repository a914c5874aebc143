import { exit, type Pid, receive, spawn, startLink } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'
import { counted, counter, pidOf, stopAll, Watcher } from './servers.js'

export async function work(size: number): Promise<Sample> {
  const target = spawn(async () => {
    await receive('stop')
  })
  const pid = await counter(size)
  const watchers: Pid[] = []
  for (let i = 0; i < size; i++) {
    const watcher = await startLink(Watcher, pid)
    await watcher.call.watch(target)
    watchers.push(pidOf(watcher))
  }
  const start = began()
  exit(target, 'kill')
  const sample = perOperation(start, await counted())
  stopAll(watchers)
  return sample
}
