import { setTimeout as pause } from 'node:timers/promises'
import {
  exit,
  type Kernel as HostKernel,
  type IsolationKind,
  Kernel,
  monitor,
  type Pid,
  receive,
  type ServerClass,
  startIsolated,
  trapExit,
} from 'heartwood'
import { expect, it } from 'vitest'
import { isolatesOf } from '../../src/isolation/index.js'
import { Isolate } from '../../src/isolation/isolate.js'
import { SpareLimit } from '../../src/isolation/spares.js'

interface Hostile {
  run(source: string): unknown
}

const url = new URL('./fixtures/hostile.js', import.meta.url).href
const { Hostile } = (await import(/* @vite-ignore */ url)) as { Hostile: ServerClass<Hostile> }

const WORKER =
  "data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.postMessage('worked')"

// One program for all of it: programs take their time.
it('a program hears on, begins programs and threads of its own, and what it writes into its channel ends it alone', async () => {
  const kernel: HostKernel = new Kernel({ node: 'host', report: () => {} })
  await kernel.run(async () => {
    trapExit(true)
    const server = await startIsolated(Hostile, undefined, { isolate: 'process' })

    expect(await server.call.run('return [process.execArgv, process.argv.length]')).toEqual([
      process.execArgv,
      1,
    ])
    const fork = "require('node:child_process').fork(require.resolve('./forked.cjs'))"
    expect(await server.call.run(`return (await require('node:events').once(${fork}, 'message'))[0]`)).toBe(
      'forked',
    )
    const worker = `new (require('node:worker_threads').Worker)(new URL(${JSON.stringify(WORKER)}))`
    expect(await server.call.run(`return (await require('node:events').once(${worker}, 'message'))[0]`)).toBe(
      'worked',
    )

    await server.call.run("process.removeAllListeners('message')")
    expect(await server.call.run('return 1')).toBe(1)
    await server.call.run('process.removeAllListeners()')
    expect(await server.call.run('return 2')).toBe(2)
    // A message of Node's own about a socket that is handed over.
    await server.call.run("process.send({ cmd: 'NODE_HANDLE_ACK' })")
    expect(await server.call.run('return 3')).toBe(3)

    const ref = monitor(server.pid as Pid)
    server.call
      .run("require('node:fs').writeSync(3, Buffer.alloc(500)); await new Promise(() => {})")
      .catch(() => {})
    expect(await receive({ ref })).toMatchObject({ reason: { code: 'ISOLATE_GARBLED' } })
  })
})

it('a program that was begun in a thread ends with the thread, whatever either does, and the system forgets it', async () => {
  const kernel: HostKernel = new Kernel({ node: 'host', report: () => {} })
  await kernel.run(async () => {
    trapExit(true)
    for (const end of ['kill', 'process.exit(3)']) {
      const thread = await startIsolated(Hostile, undefined, { isolate: 'thread' })
      const begin = `
        const { startIsolated } = await import('heartwood'); const { Hostile } = await import(${JSON.stringify(url)})
        const inner = await startIsolated(Hostile, undefined, { isolate: 'process' })
        const pid = await inner.call.run('return process.pid')
        inner.call.run('for (;;);').catch(() => {})
        return pid`
      const pid = (await thread.with({ timeout: 60_000 }).call.run(begin)) as number
      if (end === 'kill') exit(thread.pid as Pid, 'kill')
      else thread.call.run(end).catch(() => {})
      // Also one that has ended is known to the system, until somebody has asked for its end.
      while (isKnown(pid)) await pause(5)
    }
  })
})

function isKnown(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it.each<IsolationKind>([
  'thread',
  'process',
])('a module that awaits at its top level what never settles fails the start with that reason, in a %s', async (isolate) => {
  Object.assign(globalThis, { isHost: true })
  const { href } = new URL('./fixtures/unsettled.js', import.meta.url)
  const { Unsettled } = (await import(/* @vite-ignore */ href)) as { Unsettled: ServerClass<object> }
  await new Kernel({ report: () => {} }).run(async () => {
    trapExit(true)
    await expect(startIsolated(Unsettled, undefined, { isolate })).rejects.toThrow('never settles')
  })
})

it('a spare whose module is in an endless loop is ended when its time is over', async () => {
  const about = { name: 'Endless', module: 'data:text/javascript,for (;;);' }
  const reason = await new Promise((lost) => {
    const spare = new Isolate(new Kernel({ report: () => {} }), about, { isolate: 'thread' })
    spare.spared(lost)
    new SpareLimit(spare, () => true).expired()
  })
  expect(String(reason)).toContain('not loaded after')
})

it('a process that is killed while it starts an isolated server has no failure', async () => {
  const reports: string[] = []
  const kernel = new Kernel({ report: ({ message }) => reports.push(message) })
  const starter = kernel.spawn(() => startIsolated(Hostile, undefined, { isolate: 'thread' }))
  await kernel.run(async () => {
    const ref = monitor(starter)
    await pause(20)
    exit(starter, 'kill')
    expect(await receive({ ref })).toMatchObject({ reason: 'killed' })
  })
  while (isolatesOf(kernel).length > 0) await pause(5)
  await pause(0)
  expect(reports).toEqual([])
})

it.each<IsolationKind>(['thread', 'process'])('a %s lives on whose code stops the clock', async (isolate) => {
  const kernel: HostKernel = new Kernel({ node: 'host', report: () => {} })
  await kernel.run(async () => {
    const server = await startIsolated(Hostile, undefined, { isolate, blockedFor: 400 })
    const stopped =
      'performance.now = () => 0; Date.now = () => 0; const real = setTimeout; globalThis.setTimeout = () => 0'
    expect(
      await server.call.run(`${stopped}; await new Promise((go) => real(go, 1_200)); return 'fine'`),
    ).toBe('fine')
  })
})
