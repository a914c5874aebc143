import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleepReal } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exit, Kernel, type Pid, receive, self, send, sleep, spawn } from '../../src/kernel/index.js'
import { measures } from '../measuring.js'

/**
 * What endless work in processes costs the rest of the program. Times are compared with those of the same program at
 * rest, by their medians, and the best of some rounds counts: other programs on this machine may disturb a round, but a
 * scheduler that starves anybody does so in every round.
 */
const SLICE = 2
const ROUNDS = 10

/** A process that wakes has to wait for the others in the queue as well: for a slice of the one that always has work. */
const MOST: Record<string, number> = { timer: 2 * SLICE, response: 2 * SLICE, sleeper: 4 * SLICE }
const tooLate = ([name, later]: [string, number]): boolean => later > (MOST[name] ?? 0)

const milliseconds = (): number => Number(process.hrtime.bigint()) / 1e6

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** How late a timer of 10 ms is. */
async function timerLateness(): Promise<number> {
  const late: number[] = []
  for (let i = 0; i < 25; i++) {
    const start = milliseconds()
    await sleepReal(10)
    late.push(milliseconds() - start - 10)
  }
  return median(late)
}

/** How late a process is that sleeps for 10 ms. */
function sleeperLateness(kernel: Kernel): Promise<number> {
  return kernel.run(async () => {
    const late: number[] = []
    for (let i = 0; i < 25; i++) {
      const start = milliseconds()
      await sleep(10)
      late.push(milliseconds() - start - 10)
    }
    return median(late)
  })
}

/** Computes for about so many microseconds. */
function work(microseconds: number): void {
  const end = milliseconds() + microseconds / 1_000
  while (milliseconds() < end);
}

const MILLION = 1_000_000

/** Work that has no end; each returns its processes. */
const loads: Record<string, (kernel: Kernel) => Pid[]> = {
  'ping-pong between two servers'(kernel) {
    const player = () => kernel.spawnBehaviour({ handle: (from) => void send(from as Pid, self()) })
    const [a, b] = [player(), player()]
    kernel.send(a, b)
    return [a, b]
  },
  'ping-pong between two scripts'(kernel) {
    const player = async (): Promise<never> => {
      for (;;) send((await receive()) as Pid, self())
    }
    const [a, b] = [kernel.spawn(player), kernel.spawn(player)]
    kernel.send(a, b)
    return [a, b]
  },
  'ping-pong between two servers with async handlers'(kernel) {
    const player = () =>
      kernel.spawnBehaviour({
        async handle(from) {
          await null
          send(from as Pid, self())
        },
      })
    const [a, b] = [player(), player()]
    kernel.send(a, b)
    return [a, b]
  },
  'a server with a million queued messages'(kernel) {
    const pid = kernel.spawnBehaviour({ handle: () => work(2) })
    for (let i = 0; i < MILLION; i++) kernel.send(pid, i)
    return [pid]
  },
  'a server with a million queued messages, 100 µs each'(kernel) {
    const pid = kernel.spawnBehaviour({ handle: () => work(100) })
    for (let i = 0; i < MILLION; i++) kernel.send(pid, i)
    return [pid]
  },
  'a script with a million queued messages, 100 µs each'(kernel) {
    const pid = kernel.spawn(async () => {
      for (;;) {
        await receive()
        work(100)
      }
    })
    for (let i = 0; i < MILLION; i++) kernel.send(pid, i)
    return [pid]
  },
  'a script that selects among a million queued messages'(kernel) {
    const pid = kernel.spawn(async () => {
      for (;;) await receive({ wanted: true }, { timeout: 0 })
    })
    for (let i = 0; i < MILLION; i++) kernel.send(pid, { i })
    return [pid]
  },
}

/** A client in a thread of its own, so that only the server's side is measured: sends the median of its requests. */
const CLIENT = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { Agent, request } = require('node:http')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = () => new Promise((resolve, reject) => {
    const start = process.hrtime.bigint()
    const asking = request({ host: '127.0.0.1', port: workerData.port, agent }, (response) => {
      response.resume()
      response.on('end', () => resolve(Number(process.hrtime.bigint() - start) / 1e6))
    })
    asking.on('error', reject)
    asking.end()
  })
  parentPort.on('message', async () => {
    const times = []
    for (let i = 0; i < 40; i++) times.push(await ask())
    times.sort((a, b) => a - b)
    parentPort.postMessage(times[20])
  })
`

describe('processes that always have work', () => {
  const server = createServer((_, response) => response.end('hello'))
  let client: Worker

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    client = new Worker(CLIENT, { eval: true, workerData: { port } })
  })

  afterAll(async () => {
    await client.terminate()
    server.close()
    server.closeAllConnections()
  })

  const responseTime = (): Promise<number> =>
    new Promise((resolve) => {
      client.once('message', resolve)
      client.postMessage('go')
    })

  for (const [what, begin] of Object.entries(loads)) {
    measures(
      `${what}: no timer and no response is later by more than two time slices`,
      async () => {
        const kernel = new Kernel()
        const latenesses = {
          timer: timerLateness,
          sleeper: () => sleeperLateness(kernel),
          response: responseTime,
        }
        const best: Record<string, number> = {}
        for (let round = 0; round < ROUNDS; round++) {
          const atRest: Record<string, number> = {}
          for (const [name, measure] of Object.entries(latenesses)) atRest[name] = await measure()
          const pids = begin(kernel)
          for (const [name, measure] of Object.entries(latenesses)) {
            const later = (await measure()) - (atRest[name] ?? 0)
            best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, later)
          }
          for (const pid of pids) kernel.exit(pid, 'kill')
          await kernel.settled()
          if (!Object.entries(best).some(tooLate)) break
        }
        expect(Object.entries(best).filter(tooLate)).toEqual([])
      },
      60_000,
    )
  }

  it('do not keep a process from being ended, nor one that waits from being answered', async () => {
    const kernel = new Kernel()
    for (const begin of Object.values(loads)) {
      const pids = begin(kernel)
      const answer = await kernel.run(async () => {
        const main = self()
        spawn(async () => send(main, 'answer'))
        return receive('answer', { timeout: 5_000 })
      })
      expect(answer).toBe('answer')
      await kernel.run(() => {
        for (const pid of pids) exit(pid, 'kill')
      })
      expect(pids.some((pid) => kernel.isAlive(pid))).toBe(false)
    }
  })
})
