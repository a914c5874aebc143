import {
  exit,
  isAlive,
  isDown,
  isExit,
  Kernel,
  monitor,
  on,
  own,
  processSignal,
  receive,
  register,
  self,
  send,
  sendAfter,
  sleep,
  spawn,
  spawnLink,
  trapExit,
  VirtualClock,
} from 'heartwood/kernel'
import { expect, it } from 'vitest'

it('echo', async () => {
  const k = new Kernel({ clock: new VirtualClock() })
  const r = await k.run(async () => {
    const me = self()
    const echo = spawn(async () => {
      for (;;)
        await receive([on({ type: 'echo' }, (m) => send(me, m.value)), on('stop', () => exit('normal'))])
    })
    send(echo, { type: 'echo', value: 1 })
    expect(await receive()).toBe(1)
    const ref = monitor(echo)
    send(echo, 'stop')
    const d = await receive(isDown)
    expect(d.reason).toBe('normal')
    expect(d.ref).toBe(ref)
    trapExit(true)
    const c = spawnLink(() => {
      throw new Error('x')
    })
    const e = await receive(isExit)
    expect(e.from).toBe(c)
    expect(isAlive(c)).toBe(false)
    return 5
  })
  expect(r).toBe(5)
})
it('time', async () => {
  const clock = new VirtualClock()
  const k = new Kernel({ clock })
  const p = k.run(async () => {
    await sleep(60_000)
    sendAfter(5, self(), 'a')
    sendAfter(4, self(), 'b')
    sendAfter(5000, self(), 'c')
    return [await receive(), await receive(), await receive({ timeout: 100 }), await receive('c')]
  })
  await clock.advance(70_000)
  expect(await p).toEqual(['b', 'a', undefined, 'c'])
})
it('chain', async () => {
  const k = new Kernel()
  await k.run(async () => {
    trapExit(true)
    const make = (n: number): void => {
      if (n > 0)
        spawnLink(async () => {
          make(n - 1)
          await receive()
        })
      else send('main', 'ready')
    }
    register('main', self())
    const first = spawnLink(async () => {
      make(100_000)
      await receive()
    })
    await receive('ready')
    const t = process.hrtime.bigint()
    exit(first, 'boom')
    const e = await receive(isExit)
    expect(e.reason).toBe('boom')
    console.log('chain death', Number(process.hrtime.bigint() - t) / 1e6, k.processCount)
  })
})
it('abort', async () => {
  const k = new Kernel()
  await k.run(async () => {
    let fin = 0
    const p = spawn(async () => {
      own({
        close() {
          fin++
        },
      })
      try {
        await receive()
      } finally {
        fin++
      }
    })
    await k.settled()
    const ref = monitor(p)
    exit(p, 'kill')
    const d = await receive(isDown)
    expect(d.reason).toBe('killed')
    expect(d.ref).toBe(ref)
    expect(fin).toBe(2)
    void processSignal
  })
})
