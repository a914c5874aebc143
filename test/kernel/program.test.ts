import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const BUILT = fileURLToPath(new URL('../../dist/kernel/index.js', import.meta.url))

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `body` as a program of its own, on the built package, with all of the kernel in scope as `k`. */
function program(body: string): Promise<Outcome> {
  const code = `import * as k from ${JSON.stringify(BUILT)}\n${body}`
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', code],
      { timeout: 20_000 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ code: status, stdout: stdout.trim(), stderr })
      },
    )
  })
}

describe('code outside any process', () => {
  it('is a process of the default kernel: it has a pid, a mailbox, links, monitors and timers', async () => {
    const { code, stdout, stderr } = await program(`
      const child = k.spawn(async () => k.send((await k.receive()).from, 'hello'))
      k.send(child, { from: k.self() })
      console.log(await k.receive())
      k.sendAfter(5, k.self(), 'tick')
      console.log(await k.receive({ timeout: 1_000 }))
      const { ref } = k.spawnMonitor(() => k.exit('over'))
      console.log((await k.receive({ ref })).reason)
      console.log(k.processes().length, await k.receive({ timeout: 1 }))
    `)
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toEqual(['hello', 'tick', 'over', '0 undefined'])
    expect(code).toBe(0)
  })

  it('is not kept waiting by a timer that was cancelled while nothing ran', async () => {
    const { code, stdout } = await program(`
      const sleeper = k.spawn(() => k.sleep(3_600_000))
      await k.sleep(5)
      await new Promise((resolve) => setImmediate(resolve))
      k.exit(sleeper, 'kill')
      console.log('done')
    `)
    expect(stdout).toBe('done')
    expect(code).toBe(0)
  })

  it('fails loudly when a linked process crashes, with the stack of the crash', async () => {
    const { code, stdout, stderr } = await program(`
      k.spawnLink(function worker() { throw new Error('the worker crashed') })
      await k.sleep(1_000)
      console.log('unreachable')
    `)
    expect(code).not.toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toContain('Error: the worker crashed')
    expect(stderr).toContain('worker')
  })

  it('fails loudly when a linked process ends with a reason that is no error', async () => {
    const { code, stderr } = await program(`
      k.spawnLink(() => k.exit('out of luck'))
      await k.sleep(1_000)
    `)
    expect(code).not.toBe(0)
    expect(stderr).toContain('PROCESS_EXITED')
    expect(stderr).toContain('out of luck')
  })

  it('goes on when a process that is not linked crashes; the crash is reported', async () => {
    const { code, stdout, stderr } = await program(`
      k.spawn(() => { throw new Error('alone') }, { name: 'loner' })
      await k.sleep(5)
      console.log('still here')
    `)
    expect([code, stdout]).toEqual([0, 'still here'])
    expect(stderr).toContain('loner')
    expect(stderr).toContain('Error: alone')
  })

  it('that traps exits gets a message instead', async () => {
    const { code, stdout } = await program(`
      k.trapExit(true)
      const child = k.spawnLink(() => { throw new Error('trapped') })
      const message = await k.receive(k.isExit)
      console.log(message.from === child, message.reason.message)
    `)
    expect([code, stdout]).toEqual([0, 'true trapped'])
  })

  it('goes on when a linked process ends normally', async () => {
    const { code, stdout } = await program(`
      k.spawnLink(() => {})
      await k.sleep(5)
      console.log('still here')
    `)
    expect([code, stdout]).toEqual([0, 'still here'])
  })
})

describe('a program', () => {
  it('ends when no process has anything to wait for but messages', async () => {
    const { code, stdout } = await program(`
      k.spawn(() => k.receive())
      k.currentKernel().spawnBehaviour({ handle() {} })
      console.log('done')
    `)
    expect([code, stdout]).toEqual([0, 'done'])
  })

  it('goes on for a timer that is set, and not for one that was cancelled', async () => {
    const start = process.hrtime.bigint()
    const { code, stdout } = await program(`
      k.spawn(async () => { await k.sleep(60); console.log('slept') })
      k.cancelTimer(k.sendAfter(3_600_000, k.self(), 'never'))
      const server = k.currentKernel().spawnBehaviour({ handle(request) { request.reply('pong') } })
      console.log(await k.currentKernel().request(server, 'ping', { timeout: 3_600_000 }))
    `)
    expect([code, stdout]).toEqual([0, 'pong\nslept'])
    expect(Number(process.hrtime.bigint() - start) / 1e9).toBeLessThan(20)
  })

  it('can contain what Node calls uncaught: each failure ends the process it comes from, and no other', async () => {
    const { code, stdout, stderr } = await program(`
      import { EventEmitter } from 'node:events'
      const kernel = k.currentKernel()
      kernel.reportTo(() => {})
      const contain = (error) => {
        if (!kernel.contain(error)) throw error
      }
      process.on('uncaughtException', contain)
      process.on('unhandledRejection', contain)
      const failures = {
        timer: () => setTimeout(() => { throw new Error('timer') }, 1),
        immediate: () => setImmediate(() => { throw new Error('immediate') }),
        rejection: () => void Promise.reject(new Error('rejection')),
        later: () => void k.sleep(1).then(() => { throw new Error('later') }),
        event: () => setImmediate(() => new EventEmitter().emit('error', new Error('event'))),
      }
      const bystander = k.spawn(() => k.receive())
      for (const [name, begin] of Object.entries(failures)) {
        const { ref } = k.spawnMonitor(async () => { begin(); await k.receive() })
        const down = await k.receive({ ref }, { timeout: 5_000 })
        console.log(name, down?.reason.message, k.isAlive(bystander))
      }
      process.exit(0)
    `)
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toEqual(
      ['timer', 'immediate', 'rejection', 'later', 'event'].map((name) => `${name} ${name} true`),
    )
    expect(code).toBe(0)
  })

  it('that contains still fails for what comes from no process', async () => {
    const { code, stderr } = await program(`
      const kernel = k.currentKernel()
      process.on('uncaughtException', (error) => {
        if (kernel.contain(error)) return
        console.error('nobody owns:', error.message)
        process.exit(70)
      })
      setTimeout(() => { throw new Error('stray') }, 1)
    `)
    expect([code, stderr.trim()]).toEqual([70, 'nobody owns: stray'])
  })
})
