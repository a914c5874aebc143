/** Calls and casts to a thread, beside the same messages by `postMessage` alone, in turns. */
import { type Ref, receive, self, startIsolated } from 'heartwood'
import { median } from '../harness/statistics.js'
import { bareThread } from './bare.js'
import { now } from './clock.js'
import { Worker } from './worker.js'

const ROUNDS = 9
const CASTS_AT_ONCE = 1_000

export async function messages(times: number): Promise<void> {
  const worker = await startIsolated(Worker, undefined, { isolate: 'thread' })
  const bare = await bareThread()
  const took: Record<string, number[]> = {}
  const spent: Record<string, number[]> = {}
  const timed = async (name: string, each: number, work: () => Promise<unknown>): Promise<void> => {
    const [began, before] = [now(), process.cpuUsage()]
    await work()
    const { user, system } = process.cpuUsage(before)
    took[name] ??= []
    took[name].push(((now() - began) * 1_000) / each)
    // Of both threads: what does not depend on who else uses the machine.
    spent[name] ??= []
    spent[name].push((user + system) / each)
  }
  const many = times * 10
  for (let round = 0; round < ROUNDS; round++) {
    await timed('call', times, () => calls(worker, times, 1))
    await timed('bare ping-pong', times, () => bare.pingPong(times, 1))
    await timed('call, 1,000 in flight', many, () => calls(worker, many, 1_000))
    await timed('bare ping-pong, 1,000 in flight', many, () => bare.pingPong(many, 1_000))
    await timed('cast', many, () => casts(worker, many))
    await timed('bare batches', many, () => bare.batches(many, CASTS_AT_ONCE))
  }
  await bare.end()
  const of = (name: string, all = took): number => median((all[name] ?? []).slice(1))
  const ratio = (name: string, floor: string, all = took): string =>
    `${of(name, all).toFixed(2)} µs, bare ${of(floor, all).toFixed(2)}: ${(of(name, all) / of(floor, all)).toFixed(2)}×`
  const line = (name: string, floor: string): string =>
    `  ${name.padEnd(22)} ${Math.round(1e6 / of(name)).toLocaleString('en')} a second; ${ratio(name, floor)}; of processors ${ratio(name, floor, spent)}`
  console.log(`messages to a thread, medians of ${ROUNDS - 1} rounds`)
  console.log(line('call', 'bare ping-pong'))
  console.log(line('call, 1,000 in flight', 'bare ping-pong, 1,000 in flight'))
  console.log(line('cast', 'bare batches'))
}

async function calls(worker: Ref<Worker>, times: number, inFlight: number): Promise<void> {
  let left = times
  const one = async (): Promise<void> => {
    while (left-- > 0) await worker.call.add(1)
  }
  await Promise.all(Array.from({ length: inFlight }, one))
}

async function casts(worker: Ref<Worker>, times: number): Promise<void> {
  const expected = (await worker.call.add(0)) + times
  await worker.call.expect(expected, self())
  for (let sent = 0; sent < times; sent++) {
    const room = worker.cast.count(1)
    if (sent % CASTS_AT_ONCE === 0) await room
  }
  await receive({ counted: expected })
}
