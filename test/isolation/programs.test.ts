import {
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
