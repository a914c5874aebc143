import {
  type ExitReason,
  exit,
  GenServer,
  HeartwoodError,
  type IsolationKind,
  type IsolationOptions,
  isDown,
  isExit,
  Kernel,
  monitor,
  type Pid,
  processInfo,
  type Ref,
  type Report,
  receive,
  ref,
  type ServerClass,
  self,
  sleep,
  spawn,
  startIsolated,
  startSupervisor,
  sys,
  transfer,
  trapExit,
  whereis,
} from 'heartwood'
import { TestKernel } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

interface Counter {
  init(args?: { start?: number; fail?: string; slow?: number }): void
  add(by: number): number
  whoAmI(from?: Pid): Pid
  refuse(amount: number): never
  loop(): never
  fill(): never
  leave(code: number): never
  end(reason: unknown): never
  count(): number
  reset(): void
  bytes(data: Uint8Array): number
  kill(signal: string): void
  stray(where: 'own' | 'elsewhere'): void
}

interface Decorated {
  init(args?: { start?: number; list?: number[] }): void
  next(): number
  node(): string
  same(list: number[]): boolean
}

const url = new URL('./fixtures/workers.js', import.meta.url).href
const { Counter, Refused, hidden, broken, Plain, Decorated } = (await import(/* @vite-ignore */ url)) as {
  Counter: ServerClass<Counter>
  Refused: new (amount: number) => Error
  hidden: { Hidden: ServerClass<object> }
  broken: { Broken: ServerClass<object> }
  Plain: ServerClass<object>
  Decorated: ServerClass<Decorated>
}

/** Runs a test as a process of a kernel of its own, in the machine's time: threads have no other. */
function inKernel(body: (world: { kernel: Kernel; reports: Report[] }) => unknown): () => Promise<void> {
  return async () => {
    const reports: Report[] = []
    const kernel = new Kernel({ node: 'host', report: (it) => reports.push(it) })
    await kernel.run(async () => {
      trapExit(true)
      await body({ kernel, reports })
    })
  }
}

const begin = (options: Partial<IsolationOptions> = {}, args: object = {}): Promise<Ref<Counter>> =>
  startIsolated(Counter, args, { isolate: 'thread', ...options })

/** Ends it and waits until it is gone. */
async function ended(counter: Ref<Counter>, reason: ExitReason = 'shutdown'): Promise<ExitReason> {
  const down = monitor(counter.pid as Pid)
  exit(counter.pid as Pid, reason)
  return ((await receive({ ref: down })) as unknown as { reason: ExitReason }).reason
}

/** The reason that comes over the link. */
const lastReason = async (): Promise<ExitReason> => (await receive(isExit)).reason

describe.each<IsolationKind>(['thread', 'process'])('a server in a %s of its own', (isolate) => {
  it(
    'is a process: called, cast to, sent to, found by its name, linked and stopped',
    inKernel(async () => {
      const counter = await begin({ isolate }, { start: 40 })
      expect(await counter.call.add(2)).toBe(42)
      counter.cast.reset()
      expect(await counter.call.count()).toBe(0)
      expect(await counter.call.whoAmI(self())).toBe(counter.pid)
      expect(await receive({ hello: counter.pid })).toBeDefined()
      expect(whereis('isolated-counter')).toBe(counter.pid)
      expect(await ref(Counter).call.add(1)).toBe(1)
      expect(processInfo(self(), 'links')).toEqual([counter.pid])
      expect(await ended(counter)).toBe('shutdown')
      expect(whereis('isolated-counter')).toBeUndefined()
      expect(await lastReason()).toBe('shutdown')
    }),
  )

  it(
    'fails as any: the caller has the error, links the reason, the log its report',
    inKernel(async ({ reports }) => {
      const counter = await begin({ isolate })
      const error = (await counter.call.refuse(7).catch((thrown: unknown) => thrown)) as HeartwoodError
      expect(error.code).toBe('CALL_SERVER_EXITED')
      expect(error.cause).toBeInstanceOf(Refused)
      expect(await lastReason()).toMatchObject({ message: 'refused 7', amount: 7 })
      const crash = reports.find(({ kind }) => kind === 'crash' || kind === 'server')
      expect(crash?.pid).toBe(counter.pid)
    }),
  )

  it(
    'is ended in an endless loop, and its callers are told',
    inKernel(async () => {
      const counter = await begin({ isolate })
      const call = counter.call.loop().catch((error: HeartwoodError) => error)
      spawn(async () => {
        await sleep(50)
        exit(counter.pid as Pid, 'kill')
      })
      expect(await call).toMatchObject({ code: 'CALL_SERVER_EXITED', details: { reason: 'killed' } })
      expect(await lastReason()).toBe('killed')
    }),
  )

  it(
    'is ended when its code runs for too long',
    inKernel(async () => {
      const counter = await begin({ isolate, blockedFor: 1_000 })
      expect(await counter.call.add(1)).toBe(1)
      const call = counter.call.loop().catch((error: HeartwoodError) => error)
      expect(await call).toMatchObject({ details: { reason: { blocked: 1_000 } } })
      expect(await lastReason()).toEqual({ blocked: 1_000 })
    }),
  )

  it(
    'has a reason of its own when it leaves by process.exit, also with 0',
    inKernel(async () => {
      for (const code of [0, 7]) {
        const counter = await begin({ isolate })
        await counter.call.leave(code).catch(() => {})
        expect(await lastReason()).toEqual({ exitCode: code })
      }
    }),
  )

  it(
    'ends by a failure of its own, and one that is nobody’s ends the whole',
    inKernel(async () => {
      for (const [where, amount] of [
        ['own', 1],
        ['elsewhere', 2],
      ] as const) {
        const counter = await begin({ isolate })
        await counter.call.stray(where).catch(() => {})
        expect(await lastReason()).toMatchObject({ message: `refused ${amount}`, amount })
      }
    }),
  )

  it(
    'does not start where its init fails, or leaves',
    inKernel(async () => {
      const failed = (args: object) => begin({ isolate }, args).catch((error: HeartwoodError) => error)
      expect(await failed({ fail: 'throw', start: 1 })).toMatchObject({
        code: 'START_FAILED',
        details: { reason: { amount: 1 } },
      })
      expect(await failed({ fail: 'exit' })).toMatchObject({
        code: 'START_FAILED',
        details: { reason: { exitCode: 3 } },
      })
      expect(
        await startIsolated(Counter, { slow: 60_000 }, { isolate, timeout: 500 }).catch(
          (error: HeartwoodError) => error,
        ),
      ).toMatchObject({ code: 'START_TIMEOUT' })
      expect(whereis('isolated-counter')).toBeUndefined()
    }),
  )

  it(
    'is named where its module does not load, or does not have it',
    inKernel(async () => {
      const failed = (Class: ServerClass<object>) =>
        startIsolated(Class, undefined, { isolate }).catch((error: HeartwoodError) => error)
      expect(await failed(hidden.Hidden)).toMatchObject({
        code: 'ISOLATE_MODULE',
        message: expect.stringMatching(/Hidden.*workers\.js exports only .*Counter/),
      })
      expect(await failed(broken.Broken)).toMatchObject({
        code: 'START_FAILED',
        details: { reason: { message: expect.stringContaining('no/such/module') } },
      })
      expect(await failed(Plain)).toMatchObject({ code: 'NOT_ISOLATED_CLASS' })
    }),
  )

  it(
    'is looked at and held still by sys; its state is shown as plain data',
    inKernel(async () => {
      const counter = await begin({ isolate }, { start: 4 })
      expect(await sys.getState(counter)).toEqual({ '#count': 4, '#kept': [] })
      expect(await sys.getStatus(counter)).toMatchObject({
        pid: counter.pid,
        mode: 'running',
        state: { '#count': 4 },
      })
      await sys.suspend(counter)
      const added = counter.call.add(1)
      expect(await sys.getStatus(counter)).toMatchObject({ mode: 'suspended', state: { '#count': 4 } })
      await sys.resume(counter)
      expect(await added).toBe(5)
      await expect(sys.replaceState(counter, (it) => it)).rejects.toMatchObject({ code: 'NOT_CLONEABLE' })
      await ended(counter)
    }),
  )

  it(
    'is restarted by its supervisor as any other',
    inKernel(async () => {
      const supervisor = await startSupervisor({
        children: [{ id: 'counter', start: () => begin({ isolate }), shutdown: 1_000 }],
      })
      const before = whereis('isolated-counter') as Pid
      const down = monitor(before)
      exit(before, 'kill')
      await receive(isDown)
      expect(down).toBeDefined()
      expect(await ref(Counter).with({ waitForRestart: 20_000 }).call.add(1)).toBe(1)
      expect(whereis('isolated-counter')).not.toBe(before)
      void ref(Counter)
        .call.loop()
        .catch(() => {})
      const gone = monitor(supervisor)
      exit(supervisor, 'shutdown')
      await receive({ ref: gone })
      expect(whereis('isolated-counter')).toBeUndefined()
    }),
  )
})

describe('a signal', () => {
  it(
    'is the reason of a program that it ended',
    inKernel(async () => {
      const counter = await begin({ isolate: 'process' })
      await counter.call.kill('SIGHUP').catch(() => {})
      expect(await lastReason()).toEqual({ signal: 'SIGHUP' })
    }),
  )
})

describe('memory', () => {
  it(
    'is moved or shared where that is asked for; another program cannot share it',
    inKernel(async () => {
      const bytes = new Uint8Array(100_000)
      const shared = new Uint8Array(new SharedArrayBuffer(8))
      const thread = await begin()
      expect(await thread.call.bytes(transfer(bytes, [bytes.buffer]))).toBe(100_000)
      expect(bytes.length).toBe(0)
      expect(await thread.call.bytes(shared)).toBe(8)
      await ended(thread)
      const program = await begin({ isolate: 'process' })
      expect(await program.call.bytes(new Uint8Array(100_000))).toBe(100_000)
      await expect(program.call.bytes(shared)).rejects.toMatchObject({
        code: 'NOT_CLONEABLE',
        message: expect.stringContaining('message.args[0] is memory that is shared'),
      })
      await ended(program)
    }),
  )
})

describe('@GenServer with isolate', () => {
  it(
    'runs the class in a thread, under any supervisor',
    inKernel(async () => {
      const supervisor = await startSupervisor({ children: [[Decorated, { start: 1 }]] })
      expect(await ref(Decorated).call.next()).toBe(2)
      expect(await ref(Decorated).call.node()).toMatch(/^Decorated#\d+@host$/)
      exit(supervisor, 'shutdown')
      await receive(isExit)
      expect(whereis('decorated')).toBeUndefined()
    }),
  )

  it('must say where the class is', () => {
    expect(() => GenServer({ isolate: 'thread' })(class Nowhere {})).toThrow(
      expect.objectContaining({
        code: 'DECORATOR_OPTION_INVALID',
        message: expect.stringContaining('import.meta.url'),
      }),
    )
  })

  it('is a process of the kernel of a test, with a copy of its arguments', async () => {
    await using kernel = new TestKernel().install()
    const list = [1]
    await startSupervisor({ children: [[Decorated, { start: 1, list }]] })
    expect(await ref(Decorated).call.node()).toBe(kernel.node)
    expect(await ref(Decorated).call.same(list)).toBe(false)
    await expect(
      startSupervisor({ children: [[Decorated, { list: (() => {}) as never }]] }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('message.list is a function'),
    })
  })
})

describe('what its heap may have', () => {
  it(
    'in a program ends that alone, and the reason names the limit',
    inKernel(async () => {
      const heapLimit = 64 * 1_048_576
      const counter = await begin({ isolate: 'process', heapLimit })
      await counter.call.fill().catch(() => {})
      expect(await lastReason()).toEqual({ heapLimit })
    }),
  )
})

describe('the options', () => {
  it(
    'are checked',
    inKernel(async () => {
      await expect(begin({ isolate: 'room' as never })).rejects.toMatchObject({
        code: 'ISOLATE_OPTION',
        message: expect.stringMatching(/isolate of Counter.*thread/),
      })
      await expect(begin({ blockedFor: -1 })).rejects.toMatchObject({ code: 'ISOLATE_OPTION' })
    }),
  )
})
