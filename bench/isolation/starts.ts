/** A server in a thread, from the start until it is up, beside a bare thread that loads the same module and says so. */
import { once } from 'node:events'
import { Worker as Thread } from 'node:worker_threads'
import { exit, type Pid, startIsolated, trapExit, unlink } from 'heartwood'
import { median } from '../harness/statistics.js'
import { now } from './clock.js'
import { spread } from './spread.js'
import { Worker } from './worker.js'

const BARE = `
const { parentPort } = require('node:worker_threads')
import(${JSON.stringify(import.meta.resolve('./worker.js'))}).then(() => parentPort.postMessage('up'))`

export async function starts(times: number): Promise<void> {
  trapExit(true)
  const [bare, ours]: [number[], number[]] = [[], []]
  for (let round = 0; round < times; round++) {
    let began = now()
    const thread = new Thread(BARE, { eval: true })
    await once(thread, 'message')
    bare.push(now() - began)
    await thread.terminate()
    began = now()
    const worker = await startIsolated(Worker, undefined, { isolate: 'thread' })
    ours.push(now() - began)
    unlink(worker.pid as Pid)
    exit(worker.pid as Pid, 'kill')
  }
  console.log(`${times} starts of a thread, ms`)
  console.log(`  a server in it  ${spread(ours)}`)
  console.log(`  a bare one      ${spread(bare)}: ${(median(ours) / median(bare)).toFixed(2)}×`)
}
