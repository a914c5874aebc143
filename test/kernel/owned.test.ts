import { spawn as spawnProgram } from 'node:child_process'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  disown,
  exit,
  isAlive,
  isDown,
  isExit,
  Kernel,
  link,
  monitor,
  own,
  type Pid,
  processInfo,
  processSignal,
  receive,
  register,
  self,
  send,
  spawn,
  spawnLink,
  spawnMonitor,
  trapExit,
  whereis,
} from '../../src/kernel/index.js'
import { codeOf, downOf, drain, idle, inWorld, world } from './world.js'

/** A resource that notes when it is closed. */
const noting = (log: unknown[], name: string, result?: unknown) => ({
  close() {
    log.push(name)
    return result
  },
})

describe('owned resources', () => {
  for (const end of ['normal', 'shutdown', 'crash', 'kill', 'exit signal'] as const) {
    it(
      `are closed, last first, when their process ends by ${end}`,
      inWorld(async ({ kernel }) => {
        const log: unknown[] = []
        const pid = spawn(async () => {
          for (const name of ['a', 'b', 'c']) own(noting(log, name))
          await receive()
          if (end === 'crash') throw new Error('crash')
          if (end === 'shutdown') exit('shutdown')
        })
        await kernel.settled()
        expect(processInfo(pid, 'owned')).toBe(3)
        if (end === 'kill') exit(pid, 'kill')
        else if (end === 'exit signal') exit(pid, 'signal')
        else send(pid, 'go')
        await kernel.settled()
        expect(log).toEqual(['c', 'b', 'a'])
      }),
    )
  }

  it(
    'are closed by the best way they have',
    inWorld(async ({ kernel }) => {
      const log: string[] = []
      const way = (name: string) => () => {
        log.push(name)
      }
      const pid = spawn(async () => {
        own({ [Symbol.asyncDispose]: way('asyncDispose'), close: way('close') })
        own({ [Symbol.dispose]: way('dispose'), close: way('close') })
        own({ destroy: way('destroy'), end: way('end') })
        own({ kill: way('kill') })
        own({ end: way('end') })
        own({ abort: way('abort') })
        await idle()
      })
      await kernel.settled()
      exit(pid, 'kill')
      expect(log).toEqual(['abort', 'end', 'kill', 'destroy', 'dispose', 'asyncDispose'])
    }),
  )

  it(
    'are refused when nothing can close them, at the place where they are handed over',
    inWorld(async () => {
      for (const wrong of [undefined, null, 1, 'file', {}, [], () => {}])
        expect(await codeOf(() => own(wrong))).toBe('NOT_OWNABLE')
    }),
  )

  it(
    'are closed once when owned twice, and not at all when disowned',
    inWorld(async ({ kernel }) => {
      const log: unknown[] = []
      const [twice, given] = [noting(log, 'twice'), noting(log, 'given')]
      const pid = spawn(async () => {
        own(twice)
        own(twice)
        own(given)
        log.push(disown(given), disown(given))
        await idle()
      })
      await kernel.settled()
      exit(pid, 'kill')
      expect(log).toEqual([true, false, 'twice'])
    }),
  )

  it(
    'are closed before links, monitors and callers hear of the death; the process is dead for all at once',
    inWorld(async ({ kernel }) => {
      let closed: () => void = () => {}
      const closing = new Promise<void>((resolve) => {
        closed = resolve
      })
      const server = kernel.spawnBehaviour(
        {
          start() {
            own({ close: () => closing })
            return undefined
          },
          handle() {},
        },
        { name: 'server' },
      )
      trapExit(true)
      link(server)
      const ref = monitor(server)
      const call = kernel.request(server, 'question')
      let rejected = false
      call.catch(() => {
        rejected = true
      })
      await kernel.settled()
      exit(server, 'over')
      expect(isAlive(server)).toBe(false)
      expect(whereis('server')).toBeUndefined()
      expect(await codeOf(() => kernel.request('server', 'late'))).toBe('CALL_NOPROC')
      const late = monitor(server)
      await kernel.settled()
      expect([rejected, processInfo(self(), 'messageQueueLength')]).toEqual([false, 0])
      closed()
      await kernel.settled()
      const messages = await drain()
      expect(messages.map((it) => (isExit(it) ? 'EXIT' : isDown(it) ? it.ref : it))).toEqual([
        'EXIT',
        ref,
        late,
      ])
      expect(messages.every((it) => (it as { reason: unknown }).reason === 'over')).toBe(true)
      expect(await codeOf(() => call)).toBe('CALL_SERVER_EXITED')
    }),
  )

  it(
    'a reply that left-over code gives while they close reaches nobody',
    inWorld(async ({ kernel }) => {
      const server = kernel.spawnBehaviour({
        async handle(message) {
          own({ close: () => new Promise<void>((resolve) => setImmediate(resolve)) })
          try {
            await receive('never')
          } finally {
            ;(message as { reply(value: unknown): void }).reply('from the dead')
          }
        },
      })
      const call = kernel.request(server, 'question')
      await kernel.settled()
      exit(server, 'over')
      expect(await codeOf(() => call)).toBe('CALL_SERVER_EXITED')
    }),
  )

  it('one that hangs is given up after 5,000 ms, reported, and the exit signals go out', async () => {
    const { kernel, clock, reports } = world()
    await kernel.run(async () => {
      const log: unknown[] = []
      const { pid, ref } = spawnMonitor(async () => {
        own(noting(log, 'first'))
        own({ close: () => new Promise(() => {}) })
        await idle()
      })
      await kernel.settled()
      exit(pid, 'over')
      await clock.advance(4_999)
      expect(await receive(downOf(ref), { timeout: 0 })).toBeUndefined()
      await clock.advance(1)
      expect((await receive(downOf(ref))).reason).toBe('over')
      expect(kernel.timers.size).toBe(0)
    })
    expect(reports.map(({ kind, level }) => [kind, level])).toEqual([['resource', 'error']])
  })

  it('those that fail to close, at once or later, are reported; the rest are closed', async () => {
    const { kernel, reports } = world()
    const log: unknown[] = []
    await kernel.run(async () => {
      const { pid, ref } = spawnMonitor(async () => {
        own(noting(log, 'a'))
        own({
          async close() {
            log.push('b')
            throw new Error('later')
          },
        })
        own(noting(log, 'c', Promise.resolve()))
        own({
          close() {
            throw new Error('at once')
          },
        })
        await idle()
      })
      await kernel.settled()
      exit(pid, 'over')
      expect((await receive(downOf(ref))).reason).toBe('over')
    })
    expect(log).toEqual(['c', 'b', 'a'])
    expect(reports.map(({ kind, reason }) => [kind, (reason as Error).message])).toEqual([
      ['resource', 'at once'],
      ['resource', 'later'],
    ])
  })

  it(
    'the signal of the process fires at its death, before resources are closed',
    inWorld(async ({ kernel }) => {
      const log: unknown[] = []
      const pid = spawn(async () => {
        const signal = processSignal()
        expect(processSignal()).toBe(signal)
        signal.addEventListener('abort', () => log.push('aborted'))
        own(noting(log, 'closed'))
        await idle()
      })
      await kernel.settled()
      expect(log).toEqual([])
      exit(pid, 'kill')
      expect(log).toEqual(['aborted', 'closed'])
    }),
  )

  it('streams, child programs and timers are ended', async () => {
    const kernel = new Kernel()
    await kernel.run(async () => {
      const stream = new Readable({ read() {} })
      const program = spawnProgram(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' })
      const ended = once(program, 'exit')
      const { pid, ref } = spawnMonitor(async () => {
        own(stream)
        own(program)
        await idle()
      })
      await kernel.settled()
      exit(pid, 'kill')
      await receive(downOf(ref))
      expect(stream.destroyed).toBe(true)
      expect((await ended)[1]).toBe('SIGTERM')
    })
  })
})

describe('a server that a process owns', () => {
  /** Serves on `port`, tells where, and stays. */
  const serving = (parent: Pid, port: number) => async (): Promise<void> => {
    const server = own(createServer((_, response) => response.end(String(self()))))
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    send(parent, { listening: (server.address() as AddressInfo).port })
    await idle()
  }

  const ask = (port: number, agent: Agent): Promise<string> =>
    new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, agent }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => resolve(text))
      })
      asking.on('error', reject)
      asking.end()
    })

  it('is closed with its keep-alive connections, and the next incarnation has the same port', async () => {
    const kernel = new Kernel()
    const agents: Agent[] = []
    await kernel.run(async () => {
      trapExit(true)
      let port = 0
      for (let incarnation = 0; incarnation < 5; incarnation++) {
        const pid = spawnLink(serving(self(), port))
        port = (await receive((it: { listening: number }) => typeof it.listening === 'number')).listening
        const agent = new Agent({ keepAlive: true })
        agents.push(agent)
        expect(await ask(port, agent)).toBe(String(pid))
        // And one connection that never says anything.
        const silent = connect(port, '127.0.0.1')
        await once(silent, 'connect')
        silent.on('error', () => {})
        exit(pid, incarnation % 2 === 0 ? 'kill' : 'shutdown')
        await receive(isExit)
      }
    })
    for (const agent of agents) agent.destroy()
  })

  it('that never listened is no failure', async () => {
    const { kernel, reports } = world()
    await kernel.run(async () => {
      const { pid, ref } = spawnMonitor(async () => {
        own(createServer())
        register('server', self())
        await idle()
      })
      await kernel.settled()
      exit(pid, 'over')
      expect((await receive(downOf(ref))).reason).toBe('over')
    })
    expect(reports).toEqual([])
  })
})
