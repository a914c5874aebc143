import { cancelTimer, type Reference, self, sendAfter } from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'
import { counted, counter } from './servers.js'

export async function work(size: number): Promise<Sample> {
  const fire = Math.max(1, Math.floor(size / 100))
  const pid = await counter(fire)
  const main = self()
  const armed: Reference[] = []
  let cancelled = 0
  const start = began()
  for (let i = fire; i < size; i++) armed.push(sendAfter(60_000, main, 'late'))
  for (let i = 0; i < fire; i++) sendAfter(20, pid, 'due')
  for (const timer of armed) if (cancelTimer(timer) !== false) cancelled++
  const spent = cost(start, size)
  return { counted: cancelled + (await counted()), ...spent }
}
