/** What simulations make of Node's own: turns of its loop are steps, and what no seed decides is refused. */
import { AsyncResource } from 'node:async_hooks'
import { exec, execFileSync } from 'node:child_process'
import crypto from 'node:crypto'
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns'
import { once } from 'node:events'
import fs, { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, Socket } from 'node:net'
import { finished as closed, PassThrough, Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import timers from 'node:timers'
import promised from 'node:timers/promises'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { gzip } from 'node:zlib'
import { receive, self, send, sleep, spawn } from 'heartwood'
import { explore, type Program, simulate } from 'heartwood/testing'
import { setImmediate as owned } from 'heartwood/timers'
import { afterAll, describe, expect, it } from 'vitest'
import { failureOf } from './world.js'

const kept = setImmediate
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await turn()
}

describe('turns of the event loop in a simulation', () => {
  it('are steps, however many: time stands still meanwhile', async () => {
    for (const count of [1, 2, 5, 100]) {
      const { value, time } = await simulate({}, async () => {
        const main = self()
        spawn(async () => {
          await turns(count)
          send(main, 'worker')
        })
        spawn(async () => {
          await sleep(60_000)
          send(main, 'timer')
        })
        return [await receive(), await receive()]
      })
      expect([value, time]).toEqual([['worker', 'timer'], 60_000])
    }
  })

  it('let others come between', async () => {
    const twoWrites: Program = async () => {
      let count = 0
      const main = self()
      for (const name of ['ada', 'bob']) {
        const add = async () => {
          const before = count
          await turn()
          count = before + 1
          send(main, name)
        }
        spawn(add, { label: name })
      }
      await receive()
      await receive()
      return count
    }
    const { outcomes } = await explore({ runs: 100 }, twoWrites)
    expect([...outcomes.keys()].sort()).toEqual(['1', '2'])
  })

  it('in whatever way they are set', async () => {
    const { value } = await simulate({}, async () => {
      const log: unknown[] = []
      setImmediate((...args) => log.push(...args), 'first', 1)
      const cleared = timers.setImmediate(() => log.push('cleared'))
      clearImmediate(cleared)
      log.push(await promised.setImmediate('promised'))
      await promised.scheduler.yield()
      log.push(await promisify(setImmediate)('promisified'))
      const refused = promised.setImmediate(0, { signal: AbortSignal.abort() })
      log.push(await refused.catch((error: Error) => error.name))
      await new Promise<void>((resolve) => void owned(resolve))
      log.push(cleared.hasRef(), cleared.unref().hasRef(), cleared.ref().hasRef())
      return log
    })
    expect(value).toEqual(['first', 1, 'promised', 'promisified', 'AbortError', true, false, true])
  })

  it('fail the process that they are of', async () => {
    const error = await failureOf(
      simulate({}, async () => {
        setImmediate(() => {
          throw new RangeError('in a turn')
        })
        await sleep(1)
      }),
    )
    expect(String(error.cause)).toContain('RangeError: in a turn')
  })

  it('are Node’s own again afterwards, and for everybody else', async () => {
    await simulate({}, () => turn())
    await new Promise((resolve) => kept(resolve))
    await new Promise((resolve) => kept(resolve))
    expect([globalThis.setImmediate, timers.setImmediate]).toEqual([kept, kept])
  })
})

describe('what a seed does not decide', () => {
  const closing: (() => unknown)[] = []
  afterAll(async () => {
    for (const close of closing) await close()
  })

  async function listening(server: Server): Promise<number> {
    closing.push(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  const refused = async (program: Program, resource: string): Promise<void> => {
    const error = await failureOf(simulate({}, program))
    expect(error.cause).toMatchObject({ code: 'SIMULATION_OUTSIDE', details: { process: 'main', resource } })
    expect(String(error.cause)).toMatch(/at test\/simulation\/node\.test\.ts:\d+/)
  }

  it('is a turn of the event loop, where a module has kept what sets it', async () => {
    await refused(() => new Promise((resolve) => kept(resolve)), 'Immediate')
  })

  it('is I/O that is done at once', async () => {
    const file = new URL(import.meta.url)
    await refused(() => fs.readFileSync(file), 'fs.readFileSync')
    await refused(() => existsSync(file), 'fs.existsSync')
    await refused(() => execFileSync(process.execPath, ['-v']), 'child_process.execFileSync')
  })

  it('is a file that is opened in a turn of Node’s own, and the input of the program', async () => {
    await refused(() => createReadStream(new URL(import.meta.url)), 'fs.createReadStream')
    await refused(() => void process.stdin, 'process.stdin')
  })

  it('is a child program, which is not run; Node, which clears it away in a turn of its own, fails nobody', async () => {
    const thrown: unknown[] = []
    const note = (error: unknown): void => void thrown.push(error)
    process.prependListener('uncaughtException', note)
    const error = await failureOf(simulate({}, () => promisify(exec)('echo it runs')))
    expect(error.cause).toMatchObject({ code: 'SIMULATION_OUTSIDE' })
    for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => kept(resolve))
    process.off('uncaughtException', note)
    expect(thrown).toEqual([])
  })

  it('is chance that no seed can be put in the place of', async () => {
    const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const curve = crypto.createECDH('prime256v1')
    await refused(() => curve.generateKeys('hex'), 'ECDH.generateKeys')
    const group = crypto.getDiffieHellman('modp1')
    await refused(() => group.generateKeys('hex'), 'DiffieHellmanGroup.generateKeys')
    await refused(() => crypto.publicEncrypt('no key', Buffer.from('a')), 'crypto.publicEncrypt')
    await refused(
      () => crypto.createSign('sha256').update('a').sign(privateKey),
      'a signature that is another each time',
    )
    await refused(() => URL.createObjectURL(new Blob(['a'])), 'URL.createObjectURL')
    for (let times = 0; times < 3; times++) {
      await refused(() => crypto.randomUUID(), 'crypto.randomUUID')
      await refused(() => globalThis.crypto.randomUUID(), 'crypto.randomUUID')
    }
    await simulate({ globals: true }, () => [crypto.randomUUID(), globalThis.crypto.randomUUID()])
  })

  it('is what the engine of JavaScript does beside the program', async () => {
    const cell = new Int32Array(new SharedArrayBuffer(4))
    const atomics = Atomics as unknown as { waitAsync(...args: unknown[]): { value: unknown } }
    await refused(() => atomics.waitAsync(cell, 0, 0, 1).value, 'Atomics.waitAsync')
    await refused(() => Atomics.wait(cell, 0, 0, 1), 'Atomics.wait')
    const { WebAssembly: wasm } = globalThis as unknown as {
      WebAssembly: Record<'compile' | 'instantiate', (code: Uint8Array) => unknown>
    }
    const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])
    await refused(() => wasm.compile(empty), 'WebAssembly.compile')
    await refused(() => wasm.instantiate(empty), 'WebAssembly.instantiate')
  })

  it('is not a stream in memory, nor what a package makes for its callbacks, whatever that is called', async () => {
    const streams: readonly Program[] = [
      () => Readable.from(['a', 'b']).toArray(),
      async () => finished(new PassThrough().end('x').resume()),
      async () => pipeline(Readable.from(['a']), new PassThrough().resume()),
      () => new Promise((resolve) => void closed(new PassThrough().end('x').resume(), () => resolve('done'))),
    ]
    const resources = ['STREAM_END_OF_STREAM', 'DATABASE_POOL', 'TCPWRAP', 'Immediate', 'Pool']
    const contexts = resources.map((name) => () => new AsyncResource(name).runInAsyncScope(() => name))
    for (const program of [...streams, ...contexts]) await simulate({}, program)
  })

  it('is what Node has its machine do, under the name by which it is asked, or that it has in Node', async () => {
    await refused(() => readFile(new URL(import.meta.url)), 'fs.promises.readFile')
    await refused(() => promisify(gzip)('x'), 'ZLIB')
    await refused(() => promisify(lookup)('localhost'), 'GETADDRINFOREQWRAP')
  })

  it('is not what goes to the output of the program, nor the place of an error, nor I/O of somebody else', async () => {
    await simulate({}, async () => {
      process.stderr.write('')
      fs.writeSync(2, '')
      if (new Error('somewhere').stack?.includes('node.test.ts') !== true) throw new Error('no place')
    })
    expect(existsSync(new URL(import.meta.url))).toBe(true)
  })

  it('is a write to a connection that was open before, and it is not made', async () => {
    const got: string[] = []
    const server = createServer((socket) => {
      socket.on('data', (data) => got.push(String(data)))
      socket.unref()
    })
    const socket = new Socket().connect(await listening(server), '127.0.0.1')
    closing.push(() => socket.destroy())
    await once(socket, 'connect')
    await refused(() => void socket.write('question'), 'a write to a connection that is open')
    const answered = once(socket, 'close')
    await explore({ runs: 20 }, async () => void socket.write('question')).catch(() => {})
    socket.end('the end')
    await answered
    expect(got).toEqual(['the end'])
  })

  it('is a request by a connection that was open before', async () => {
    let hits = 0
    const server = createHttpServer((_, answer) => {
      hits++
      answer.end('hello')
    })
    const url = `http://127.0.0.1:${await listening(server)}/`
    closing.push(() => server.closeAllConnections())
    await (await fetch(url)).text()
    await refused(async () => (await fetch(url)).text(), 'a request of fetch')
    await (await fetch(url)).text()
    hits = 0
    const unawaited: Program = async () => {
      fetch(url).catch(() => {})
      await sleep(1)
    }
    expect((await failureOf(explore({ runs: 20 }, unawaited))).cause).toMatchObject({
      code: 'SIMULATION_OUTSIDE',
    })
    expect(hits).toBe(0)
  })

  it('is a datagram, and a message to a thread that was there before', async () => {
    const datagrams = createSocket('udp4')
    closing.push(() => datagrams.close())
    await new Promise<void>((resolve) => datagrams.bind(0, '127.0.0.1', resolve))
    await refused(() => datagrams.send('x', datagrams.address().port, '127.0.0.1'), 'a datagram')
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true })
    closing.push(() => worker.terminate())
    await refused(() => worker.postMessage('x'), 'a message to a thread')
  })
})
