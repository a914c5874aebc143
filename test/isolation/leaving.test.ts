import { spawn as runProgram } from 'node:child_process'
import { once } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import { Kernel, type Report } from 'heartwood'
import { describe, expect, it } from 'vitest'
import { Isolate } from '../../src/isolation/isolate.js'
import { PROGRAM_SOURCE, THREAD_SOURCE } from '../../src/isolation/runtime/bootstrap.js'

const module = new URL('./fixtures/hostile.js', import.meta.url).href

/** A thread in which nothing runs yet, and what is told of it. */
function thread() {
  const reports: Report[] = []
  const kernel = new Kernel({ node: 'host', report: (it) => reports.push(it) })
  const isolate = new Isolate(kernel, { name: 'Hostile', module }, { isolate: 'thread' })
  const reason = new Promise((resolve) => isolate.spared(resolve))
  return { isolate, kernel, reason, messages: () => reports.map(({ message }) => message) }
}

describe('what is not gone in time', () => {
  it('has the reason for which it was ended', async () => {
    const { isolate, reason, messages } = thread()
    isolate.end({ blocked: 500 })
    isolate.expired()
    expect(await reason).toEqual({ blocked: 500 })
    expect(messages()).toEqual(['Hostile: its thread or program was ended, and is not gone after 5000 ms'])
  })

  it('is killed where it is kept from its end by what listens to that', async () => {
    const { isolate, reason, messages } = thread()
    isolate.took(['leaves', 3])
    isolate.expired()
    expect(await reason).toEqual({ exitCode: 3 })
    expect(messages()).toEqual([expect.stringContaining('is not gone after 5000 ms, and is killed')])
  })

  it('leaves no timer when it has ended, however often it said that it would', () => {
    const { isolate, kernel } = thread()
    isolate.took(['over'])
    isolate.took(['leaves', 0])
    isolate.ending()
    expect(kernel.timers.size).toBe(1)
    isolate.ended({ exitCode: 0 })
    expect(kernel.timers.size).toBe(0)
  })

  it('is killed where it said that it ends by itself', async () => {
    const { isolate, reason, messages } = thread()
    isolate.took(['over'])
    isolate.expired()
    expect(await reason).toBe('shutdown')
    expect(messages()).toEqual([
      'Hostile: its thread or program has ended by itself. Its thread or program is not gone after 5000 ms, and is killed',
    ])
  })
})

/** The arguments of Node for a program of an isolated server whose module is this source. */
const programOf = (source: string): string[] => {
  const orders = {
    module: `data:text/javascript,${encodeURIComponent(source)}`,
    name: 'Slow',
    key: 'isolated',
  }
  return ['-e', PROGRAM_SOURCE, JSON.stringify(orders)]
}

/** The names of what a module is loaded by, as code of the module sees them. */
const SEEN =
  "['orders', 'port', 'key', 'load', 'fail', 'require', 'exports'].filter((name) => eval('typeof ' + name) !== 'undefined')"

describe('what runs first in a thread or program', () => {
  it('has no names that are seen in the module of the class', async () => {
    const { port1, port2 } = new MessageChannel()
    const module = `data:text/javascript,import { workerData } from 'node:worker_threads'; workerData.seen.postMessage(${SEEN})`
    const orders = { module, name: 'Seen', key: 'isolated', port: new MessageChannel().port1, seen: port2 }
    const worker = new Worker(THREAD_SOURCE, {
      eval: true,
      workerData: orders,
      transferList: [orders.port, port2],
    })
    expect(await once(port1, 'message')).toEqual([[]])
    await worker.terminate()
  })
})

describe('a program', () => {
  it('leaves SIGINT and SIGTERM to its host, and ends with that while it is being loaded', async () => {
    const loading = `process.on('SIGTERM', () => process.send('still here')); setInterval(() => {}, 1e6); process.send(['loading', ${SEEN}]); await new Promise(() => {})`
    const program = runProgram(process.execPath, programOf(loading), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    const over = once(program, 'exit')
    expect(await once(program, 'message')).toEqual([['loading', []], undefined])
    program.kill('SIGINT')
    program.kill('SIGTERM')
    expect(await once(program, 'message')).toEqual(['still here', undefined])
    program.disconnect()
    expect(await over).toEqual([1, null])
  })

  it('whose host is killed while it is in an endless loop ends, too', async () => {
    const host = `
      const program = require('node:child_process').spawn(process.execPath, ${JSON.stringify(programOf("process.send('looping'); for (;;);"))},
        { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })
      program.on('message', () => process.send(program.pid))`
    const parent = runProgram(process.execPath, ['-e', host], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
    // The program has that pipe, too: it is closed when both are gone.
    const over = once(parent, 'close')
    await once(parent, 'message')
    parent.kill('SIGKILL')
    expect(await over).toEqual([null, 'SIGKILL'])
  }, 30_000)
})
