import { cast } from 'heartwood'
import { MemoryLink } from 'heartwood/carrier'
import { describe, expect, it } from 'vitest'
import {
  alias,
  type DownMessage,
  demonitor,
  type ExitMessage,
  exit,
  HeartwoodError,
  isAlive,
  isDown,
  isExit,
  Kernel,
  link,
  monitor,
  type Pid,
  processInfo,
  type Reference,
  receive,
  register,
  self,
  send,
  sendAfter,
  sendNosuspend,
  sendRequest,
  sleep,
  spawn,
  trapExit,
  unalias,
  unlink,
} from '../../src/kernel/index.js'
import { codeOf, drain, idle, Puppet } from '../kernel/world.js'
import { TwoKernels } from './two-kernels.js'

/** Runs a test as a process of `a`. */
function inTwo(body: (two: TwoKernels) => unknown, options = {}): () => Promise<void> {
  return async () => {
    const two = new TwoKernels(options)
    await two.a.run(async () => {
      await body(two)
    })
  }
}

/** A process of `b` that answers each message with it, and does what functions say; it is registered as `echo`. */
function echo({ b }: TwoKernels, name = 'echo'): Pid {
  const seen: unknown[] = []
  const pid = b.spawn(
    async () => {
      for (;;) {
        const message = (await receive()) as { from?: Pid }
        seen.push(message)
        if (message.from !== undefined) send(message.from, { echo: message, by: self() })
      }
    },
    { name },
  )
  return pid
}

/** A process of `b` that keeps what it gets. */
function keeper({ b }: TwoKernels, options: { trap?: boolean } = {}): { pid: Pid; got: unknown[] } {
  const got: unknown[] = []
  const pid = b.spawn(async () => {
    trapExit(options.trap === true)
    for (;;) got.push(await receive())
  })
  return { pid, got }
}

describe('messages', () => {
  it(
    'go to a pid and to a name of the other kernel, and come back to the same process',
    inTwo(async (two) => {
      const pid = two.inA(echo(two))
      send({ name: 'echo', node: 'b' }, { from: self(), n: 1 })
      const answer = (await receive()) as { by: Pid; echo: { from: Pid } }
      expect(answer).toEqual({ echo: { from: self(), n: 1 }, by: pid })
      // Pids are compared by identity wherever they have been.
      expect(answer.by).toBe(pid)
      expect(answer.echo.from).toBe(self())
      send(answer.by, { from: self(), n: 2 })
      expect(await receive()).toMatchObject({ echo: { n: 2 } })
      expect(String(pid)).toMatch(/^<b\.\d+>$/)
    }),
  )

  it(
    'arrive in the order in which they were sent, with signals among them',
    inTwo(async (two) => {
      const { pid, got } = keeper(two, { trap: true })
      const there = two.inA(pid)
      await two.settled()
      send(there, 1)
      exit(there, 'a')
      send(there, 2)
      exit(there, 'b')
      await two.settled()
      expect(got).toEqual([1, { tag: 'EXIT', from: two.inB(self()), reason: 'a' }, 2, expect.anything()])
      expect((got[1] as ExitMessage).from).toBe(two.inB(self()))
    }),
  )

  it(
    'are what they were when they were sent',
    inTwo(async (two) => {
      const { pid, got } = keeper(two)
      const message = { list: [1] }
      send(two.inA(pid), message)
      message.list.push(2)
      await two.settled()
      expect(got).toEqual([{ list: [1] }])
      expect(got[0]).not.toBe(message)
    }),
  )

  it(
    'to nobody are dropped, and counted there',
    inTwo(async (two) => {
      const gone = two.b.spawn(() => {})
      send(two.inA(gone), 'x')
      send({ name: 'nobody', node: 'b' }, 'y')
      send({ name: 'nobody', node: 'nowhere' }, 'z')
      await two.settled()
      expect(two.b.deadLetters).toBe(2)
      expect(two.a.deadLetters).toBe(1)
    }),
  )

  it(
    'come by timers',
    inTwo(async (two) => {
      const { pid, got } = keeper(two)
      sendAfter(50, two.inA(pid), 'later')
      await two.settled()
      expect(got).toEqual([])
      await two.clock.advance(50)
      await two.settled()
      expect(got).toEqual(['later'])
    }),
  )

  it(
    'that cannot cross fail where they are sent, with the path',
    inTwo(async (two) => {
      const there = two.inA(echo(two))
      const error = await Promise.resolve()
        .then(() => send(there, { args: [{ stream: () => {} }] }))
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        code: 'NOT_CLONEABLE',
        message: expect.stringContaining('message.args[0].stream is a function'),
      })
      expect(await codeOf(() => two.a.request(there, { a: Symbol('x') }))).toBe('NOT_CLONEABLE')
      expect(await codeOf(() => sendRequest(there, new (class Odd {})()))).toBe('NOT_CLONEABLE')
      expect(processInfo(self(), 'monitors')).toEqual([])
    }),
  )
})

describe('links', () => {
  it(
    'end both ends, with the reason',
    inTwo(async (two) => {
      const { pid } = keeper(two)
      trapExit(true)
      const there = two.inA(pid)
      link(there)
      await two.settled()
      expect(processInfo(self(), 'links')).toEqual([there])
      two.b.exit(pid, { my: 'reason' })
      expect(await receive(isExit)).toMatchObject({ from: there, reason: { my: 'reason' } })
      expect(isAlive(there)).toBe(false)
      expect(processInfo(self(), 'links')).toEqual([])
    }),
  )

  it(
    'take the other along when this end dies',
    inTwo(async (two) => {
      const { pid, got } = keeper(two, { trap: true })
      const plain = keeper(two).pid
      const linker = spawn(async () => {
        link(two.inA(pid))
        link(two.inA(plain))
        await receive()
        throw new RangeError('boom')
      })
      send(linker, 'now')
      await two.settled()
      const { from, reason } = got[0] as ExitMessage
      expect(from).toBe(two.inB(linker))
      expect(reason).toBeInstanceOf(RangeError)
      expect((reason as Error).message).toBe('boom')
      expect((reason as Error).stack).toContain('signals.test')
      expect(two.b.isAlive(plain)).toBe(false)
    }),
  )

  it(
    'to one that is dead bring noproc, as a signal',
    inTwo(async (two) => {
      trapExit(true)
      const there = two.inA(two.b.spawn(() => {}))
      await two.settled()
      expect(link(there)).toBe(true)
      expect(await receive(isExit)).toMatchObject({ from: there, reason: 'noproc' })
      // Now it is known, as with any dead process.
      expect(link(there)).toBe(true)
      expect(await receive(isExit)).toMatchObject({ reason: 'noproc' })
      trapExit(false)
      expect(await codeOf(() => link(there))).toBe('NO_PROCESS')
    }),
  )

  it(
    'unlinked let no signal through, also not one that was on its way',
    inTwo(async (two) => {
      trapExit(true)
      const { pid } = keeper(two)
      const there = two.inA(pid)
      link(there)
      await two.settled()
      two.link.pause()
      two.b.exit(pid, 'crossing')
      await two.b.settled()
      unlink(there)
      two.link.resume()
      await two.settled()
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'made after an unlink are not lost to it, nor to signals of the link before',
    inTwo(async (two) => {
      trapExit(true)
      const { pid, got } = keeper(two, { trap: true })
      const there = two.inA(pid)
      link(there)
      await two.settled()
      unlink(there)
      link(there)
      await two.settled()
      expect(processInfo(self(), 'links')).toEqual([there])
      exit(there, 'kill')
      expect(await receive(isExit)).toMatchObject({ from: there, reason: 'killed' })
      expect(got).toEqual([])
    }),
  )

  it(
    'made by both ends at once are one; unlinked by one they are none',
    inTwo(async (two) => {
      const { a, b } = two
      const [mine, theirs] = [new Puppet(), await b.run(() => new Puppet())]
      const at = { mine: two.inB(mine.pid), theirs: two.inA(theirs.pid) }
      const both = async (act: (pid: Pid) => unknown) => {
        await Promise.all([mine.does(a, () => act(at.theirs)), theirs.does(b, () => act(at.mine))])
        await two.settled()
      }
      const links = () => [processInfo(mine.pid, 'links'), processInfo(theirs.pid, 'links')]
      await both(link)
      expect(links()).toEqual([[at.theirs], [at.mine]])
      await theirs.does(b, () => unlink(at.mine))
      await two.settled()
      expect(links()).toEqual([[], []])
      // A link of one meets an unlink of the other: both ends agree in the end.
      await both(link)
      two.link.pause()
      await mine.does(a, () => unlink(at.theirs))
      await mine.does(a, () => link(at.theirs))
      await theirs.does(b, () => unlink(at.mine))
      two.link.resume()
      await two.settled()
      expect(links()).toEqual([[], []])
    }),
  )
})

describe('monitors', () => {
  it(
    'tell the end of a process by its pid or its name, once each',
    inTwo(async (two) => {
      const there = two.inA(echo(two))
      const [one, other] = [monitor(there), monitor({ name: 'echo', node: 'b' }, { tag: 'gone' })]
      await two.settled()
      expect(two.b.whereis('echo') && processInfo(two.b.whereis('echo') as Pid, 'monitoredBy')).toEqual([
        two.inB(self()),
        two.inB(self()),
      ])
      exit(there, 'enough')
      expect(await receive(isDown)).toMatchObject({ ref: one, object: there, reason: 'enough' })
      const named = (await receive(isDown)) as DownMessage
      expect(named).toMatchObject({ tag: 'gone', object: { name: 'echo', node: 'b' }, reason: 'enough' })
      expect(named.ref).toBe(other)
      await two.settled()
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'of nobody say noproc',
    inTwo(async (two) => {
      const gone = two.inA(two.b.spawn(() => {}))
      await two.settled()
      monitor(gone)
      monitor({ name: 'nobody', node: 'b' })
      await two.settled()
      expect(((await drain()) as DownMessage[]).map(({ reason }) => reason)).toEqual(['noproc', 'noproc'])
    }),
  )

  it(
    'taken back say nothing, also when what they would say is on its way',
    inTwo(async (two) => {
      const pid = echo(two)
      const ref = monitor(two.inA(pid))
      await two.settled()
      two.link.pause()
      two.b.exit(pid, 'crossing')
      await two.b.settled()
      expect(demonitor(ref, { info: true })).toBe(true)
      two.link.resume()
      await two.settled()
      expect(await drain()).toEqual([])
      const { pid: lives } = keeper(two)
      const second = monitor(two.inA(lives))
      await two.settled()
      demonitor(second)
      await two.settled()
      expect(processInfo(lives, 'monitoredBy')).toEqual([])
    }),
  )

  it(
    'of a process that dies are taken back',
    inTwo(async (two) => {
      const { pid } = keeper(two)
      const watcher = spawn(async () => {
        monitor(two.inA(pid))
        await receive()
      })
      await two.settled()
      expect(processInfo(pid, 'monitoredBy')).toHaveLength(1)
      send(watcher, 'end')
      await two.settled()
      expect(processInfo(pid, 'monitoredBy')).toEqual([])
    }),
  )

  it(
    'come after messages and before what follows: links first',
    inTwo(async (two) => {
      trapExit(true)
      const home = self()
      const pid = two.b.spawn(async () => {
        await receive()
        send(two.inB(home), 'last words')
        exit('over')
      })
      monitor(two.inA(pid))
      link(two.inA(pid))
      send(two.inA(pid), 'go')
      await two.settled()
      const got = (await drain()) as { tag: string }[]
      expect(got.map((message) => message.tag ?? message)).toEqual(['last words', 'EXIT', 'DOWN'])
    }),
  )
})

describe('aliases', () => {
  it(
    'work from the other kernel, until they are taken back',
    inTwo(async (two) => {
      const [ref, once] = [alias(), alias({ reply: true })]
      const sent = (times: unknown[]) =>
        two.b.spawn(async () => {
          const refs = (await receive()) as Reference[]
          for (const text of times) for (const each of refs) send(each, text)
        })
      send(two.inA(sent(['x', 'y'])), [ref, once])
      await two.settled()
      expect(await drain()).toEqual(['x', 'x', 'y'])
      expect(unalias(ref)).toBe(true)
      send(two.inA(sent(['z'])), [ref, once])
      await two.settled()
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'that belong to a monitor are the same reference when they come back',
    inTwo(async (two) => {
      const there = two.inA(echo(two))
      const ref = monitor(there, { alias: 'reply_demonitor' })
      send(there, { from: self(), ref })
      expect(((await receive()) as { echo: { ref: Reference } }).echo.ref).toBe(ref)
    }),
  )
})

describe('calls', () => {
  /** A server of `b`: what it gets it does. */
  const server = (
    { b }: TwoKernels,
    handle: (call: { payload: unknown; reply(value: unknown): void; signal: AbortSignal }) => void,
  ) => b.spawnBehaviour({ handle: (message) => handle(message as never) }, { name: 'server' })

  it(
    'are answered, in order with what the server sends',
    inTwo(async (two) => {
      const home = two.inB(self())
      server(two, (call) => {
        send(home, 'before')
        call.reply({ got: call.payload })
        send(home, 'after')
      })
      const there = two.a.whoHas('server', 'b') as Pid
      expect(await two.a.request(there, 42)).toEqual({ got: 42 })
      sendRequest(there, 43)
      await two.settled()
      expect(await drain()).toEqual([
        'before',
        'after',
        'before',
        expect.objectContaining({ value: { got: 43 } }),
        'after',
      ])
    }),
  )

  it(
    'to nobody, and to one that ends, fail as they do at home',
    inTwo(async (two) => {
      const failed = (code: string) => expect.objectContaining({ code })
      const nobody = two.a.whoHas('nobody', 'b') as Pid
      await expect(two.a.request(nobody, 1)).rejects.toEqual(failed('CALL_NOPROC'))
      const pid = server(two, () => exit({ shutdown: 'now' }))
      const there = two.inA(pid)
      const error = await two.a.request(there, 1).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason: { shutdown: 'now' } } })
      await expect(two.a.request(there, 1)).rejects.toEqual(failed('CALL_NOPROC'))
    }),
  )

  it(
    'that are given up are given up there, too',
    inTwo(async (two) => {
      const fired: string[] = []
      server(two, (call) => {
        call.signal.addEventListener('abort', () => fired.push(String(call.payload)))
      })
      const there = two.a.whoHas('server', 'b') as Pid
      const late = two.a.request(there, 'late', { timeout: 100 }).catch((error: HeartwoodError) => error.code)
      const controller = new AbortController()
      const aborted = two.a
        .request(there, 'aborted', { signal: controller.signal })
        .catch((error: HeartwoodError) => error.code)
      const caller = spawn(() => two.a.request(there, 'orphan', { timeout: Number.POSITIVE_INFINITY }))
      await two.settled()
      controller.abort()
      exit(caller, 'kill')
      await two.clock.advance(100)
      await two.settled()
      expect([await late, await aborted]).toEqual(['CALL_TIMEOUT', 'CALL_ABORTED'])
      expect(fired.sort()).toEqual(['aborted', 'late', 'orphan'])
    }),
  )

  it(
    'answered with what cannot cross fail whoever answers',
    inTwo(async (two) => {
      server(two, (call) => call.reply(() => {}))
      const there = two.a.whoHas('server', 'b') as Pid
      const error = (await two.a.request(there, 1).catch((thrown: unknown) => thrown)) as HeartwoodError
      expect(error).toMatchObject({
        code: 'CALL_SERVER_EXITED',
        details: { reason: { code: 'NOT_CLONEABLE' } },
      })
      expect(HeartwoodError.is(error.cause, 'NOT_CLONEABLE')).toBe(true)
    }),
  )

  it(
    'know a full mailbox, and a circle',
    inTwo(async (two) => {
      const full = two.b.spawn(idle, { mailbox: { limit: 1, policy: 'reject' } })
      send(two.inA(full), 1)
      await expect(two.a.request(two.inA(full), 2)).rejects.toMatchObject({ code: 'MAILBOX_FULL' })
    }),
  )
})

describe('starts', () => {
  const serving = (two: TwoKernels) => {
    two.b.withNodes().startServer = (request) => {
      const { fails, name } = request as { fails?: string; name?: string }
      return {
        behaviour: {
          start: () =>
            fails === 'init' ? { stop: 'bad luck' } : fails === 'ignore' ? { ignore: true } : undefined,
          handle: (message) => {
            if (message === 'crash') exit('crashed')
          },
        },
        options: name === undefined ? {} : { name },
      }
    }
  }
  /** As the current process, which `Connection.start` takes as the parent. */
  const start = (two: TwoKernels, request: unknown, linked = true) =>
    (two.a.withNodes().to('b') as NonNullable<ReturnType<ReturnType<Kernel['withNodes']>['to']>>).start(
      two.a.actor(),
      request,
      linked,
    )

  it(
    'give the pid of a process that is linked and has its parent here',
    inTwo(async (two) => {
      serving(two)
      trapExit(true)
      const { pid } = (await start(two, { name: 'made' })) as { pid: Pid }
      expect(pid).toBe(two.inA(two.b.whereis('made') as Pid))
      expect(processInfo(self(), 'links')).toEqual([pid])
      send(pid, 'crash')
      expect(await receive(isExit)).toMatchObject({ from: pid, reason: 'crashed' })
    }),
  )

  it(
    'fail as starts at home do, and may be ignored',
    inTwo(async (two) => {
      expect(await codeOf(() => start(two, {}))).toBe('STARTS_NOTHING')
      serving(two)
      await expect(start(two, { fails: 'init' })).rejects.toMatchObject({
        code: 'START_FAILED',
        details: { reason: 'bad luck' },
      })
      expect(await start(two, { fails: 'ignore' })).toBe('ignore')
      await start(two, { name: 'taken' })
      await expect(start(two, { name: 'taken' })).rejects.toMatchObject({ code: 'ALREADY_STARTED' })
      await two.settled()
      expect(await drain()).toEqual([])
    }),
  )
})

describe('a carrier that breaks', () => {
  it(
    'ends links, monitors and calls with noconnection, on both sides',
    inTwo(async (two) => {
      trapExit(true)
      const { pid, got } = keeper(two, { trap: true })
      const there = two.inA(pid)
      link(there)
      const ref = monitor(there)
      const pending = two.a.request(there, 1).catch((error: unknown) => error)
      await two.settled()
      two.link.cut()
      expect(await pending).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason: 'noconnection' } })
      expect(await drain()).toEqual([
        expect.objectContaining({ tag: 'EXIT', from: there, reason: 'noconnection' }),
        expect.objectContaining({ tag: 'DOWN', ref, reason: 'noconnection' }),
      ])
      await two.settled()
      expect(got.filter(isExit)).toMatchObject([{ from: two.inB(self()), reason: 'noconnection' }])
      expect(processInfo(pid, 'monitoredBy')).toEqual([])
      // It is out of reach, which is not dead.
      expect(two.b.isAlive(pid)).toBe(true)
      monitor(there)
      link(there)
      expect(((await drain()) as DownMessage[]).map(({ reason }) => reason)).toEqual([
        'noconnection',
        'noconnection',
      ])
      await expect(two.a.request(there, 1)).rejects.toMatchObject({ details: { reason: 'noconnection' } })
    }),
  )

  it(
    'may know better why',
    inTwo(async (two) => {
      monitor(two.inA(keeper(two).pid))
      two.link.cut({ heapLimit: 1_000 })
      expect(await receive(isDown)).toMatchObject({ reason: { heapLimit: 1_000 } })
    }),
  )

  it(
    'revives nothing when it comes back, but pids of the same kernel work again',
    inTwo(async (two) => {
      trapExit(true)
      const { pid, got } = keeper(two, { trap: true })
      const there = two.inA(pid)
      link(there)
      await two.settled()
      two.link.cut()
      await receive(isExit)
      two.rejoin()
      send(there, 'again')
      await two.settled()
      expect(got.filter((message) => !isExit(message))).toEqual(['again'])
      expect(processInfo(pid, 'links')).toEqual([])
      two.b.exit(pid, 'kill')
      await two.settled()
      expect(await drain()).toEqual([])
    }),
  )

  it(
    'to a kernel that was started anew: old pids are nobody',
    inTwo(async (two) => {
      const before = echo(two)
      const old = two.inA(before)
      await two.settled()
      two.restartB()
      const after = two.inA(echo(two))
      // The same number, and another process.
      expect(after.id).toBe(old.id)
      expect(after).not.toBe(old)
      send(old, { from: self() })
      monitor(old)
      await two.settled()
      expect(await drain()).toEqual([expect.objectContaining({ object: old, reason: 'noproc' })])
      await expect(two.a.request(old, 1)).rejects.toMatchObject({ code: 'CALL_NOPROC' })
      send({ name: 'echo', node: 'b' }, { from: self() })
      expect(await receive()).toMatchObject({ by: after })
    }),
  )

  it('joins kernels of different names only', () => {
    const kernel = () => new Kernel({ node: 'same' })
    expect(() => new MemoryLink(kernel(), kernel())).toThrow(expect.objectContaining({ code: 'NODE_NAME' }))
  })

  it(
    'rejects starts that wait',
    inTwo(async (two) => {
      two.b.withNodes().startServer = () => new Promise(() => {})
      const connection = two.a.withNodes().to('b')
      const pending = connection?.start(two.a.actor(), {}, true)
      const code = codeOf(() => pending)
      await two.settled()
      two.link.cut()
      expect(await code).toBe('NO_CONNECTION')
      expect(await codeOf(() => connection?.start(two.a.actor(), {}, true))).toBe('NO_CONNECTION')
    }),
  )
})

describe('a carrier that is behind', () => {
  it(
    'tells those who ask, and lets them go on when it has caught up',
    inTwo(
      async (two) => {
        const { pid, got } = keeper(two)
        const there = two.inA(pid)
        await two.settled()
        two.link.pause()
        for (let n = 0; n < 5; n++) send(there, n)
        await sleep(0)
        expect(sendNosuspend(there, 'no')).toBe(false)
        // A plain send is taken, as ever.
        send(there, 5)
        two.link.resume()
        await two.settled()
        expect(sendNosuspend(there, 'yes')).toBe(true)
        await two.settled()
        expect(got).toEqual([0, 1, 2, 3, 4, 5, 'yes'])
      },
      { limit: 4 },
    ),
  )
})

it(
  'an awaited cast waits until the other side has caught up, or is out of reach',
  inTwo(
    async (two) => {
      const there = two.inA(keeper(two).pid)
      const casting = () => cast(there, 'x') as unknown as PromiseLike<void>
      const fill = async () => {
        two.link.pause()
        for (let n = 0; n < 5; n++) send(there, n)
        await two.a.settled()
      }
      await fill()
      let waits = true
      const waiting = casting().then(() => {
        waits = false
      })
      await two.settled()
      expect(waits).toBe(true)
      two.link.resume()
      await waiting
      await fill()
      const lost = casting()
      const isOver = Promise.resolve(lost)
      two.link.cut()
      // As any cast to a process that is gone: nobody is told.
      expect(await isOver).toBe(undefined)
      expect(await casting()).toBe(undefined)
      expect(await lost).toBe(undefined)
    },
    { limit: 4 },
  ),
)

describe('what is asked of a process elsewhere', () => {
  it(
    'is refused where only its own kernel knows',
    inTwo(async (two) => {
      const there = two.inA(keeper(two).pid)
      expect(await codeOf(() => processInfo(there))).toBe('NOT_LOCAL')
      expect(await codeOf(() => register('name', there))).toBe('NOT_LOCAL')
      expect(isAlive(there)).toBe(true)
    }),
  )

  it(
    'tells a witness of its death when that is heard of',
    inTwo(async (two) => {
      const { pid } = keeper(two)
      const died: Pid[] = []
      two.a.witness(two.inA(pid), { died: (gone) => died.push(gone) })
      await two.settled()
      two.b.exit(pid, 'kill')
      await two.settled()
      expect(died).toEqual([two.inA(pid)])
    }),
  )
})

it(
  'a process that is linked and has a monitor dies of the link when what was there has ended, and nothing else',
  inTwo(async (two) => {
    const there = two.inA(echo(two))
    const watching = spawn(() => {
      link(there)
      monitor(there)
      return idle()
    })
    await two.settled()
    two.link.cut('gone')
    await two.settled()
    expect(isAlive(watching)).toBe(false)
  }),
)
