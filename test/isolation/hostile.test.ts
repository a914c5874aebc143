import {
  type HeartwoodError,
  type IsolationKind,
  isExit,
  Kernel,
  type Pid,
  type Ref,
  type Report,
  receive,
  type ServerClass,
  startIsolated,
  transfer,
  trapExit,
} from 'heartwood'
import { describe, expect, it } from 'vitest'

interface Hostile {
  post(message: unknown): void
  take(value: unknown): string
  fail(how: string): never
}

const url = new URL('./fixtures/hostile.js', import.meta.url).href
const { Hostile } = (await import(/* @vite-ignore */ url)) as { Hostile: ServerClass<Hostile> }

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

const begin = (isolate: IsolationKind): Promise<Ref<Hostile>> =>
  startIsolated(Hostile, undefined, { isolate })

/** The reason of its end, as it comes over the link. */
const endOf = async ({ pid }: Ref<Hostile>) =>
  (await receive((message) => isExit(message) && message.from === (pid as Pid))) as { reason: unknown }

const OTHERS = [null, 0, 'ready', {}, [], [null], ['hello'], { 0: 'over' }]

let deep: object = {}
for (let level = 0; level < 10_000; level++) deep = { deep }

// One server for all of it: a thread, and more so a program, takes its time to start.
describe.each<IsolationKind>(['thread', 'process'])('a %s', (isolate) => {
  it('harms nobody by what code in it posts, is sent or throws', () =>
    inKernel(async ({ reports }) => {
      const server = await begin(isolate)

      // What it posts to whoever has started it is none of ours, and left alone.
      for (const other of OTHERS) await server.call.post(other)
      expect(await server.call.take('something')).toBe('string')

      // What cannot be sent fails where it is sent, alone.
      const innocent = server.call.take('x')
      await expect(server.call.take(deep)).rejects.toMatchObject({ code: 'NOT_CLONEABLE' })
      expect(await innocent).toBe('string')
      const { port1 } = new MessageChannel()
      const sent = server.call.take(transfer(port1, [port1]))
      if (isolate === 'thread') expect(await sent).toBe('object')
      else await expect(sent).rejects.toMatchObject({ code: 'NOT_CLONEABLE' })
      const again = server.call.take(transfer(port1, [port1]))
      await expect(again).rejects.toMatchObject({ code: 'NOT_CLONEABLE' })
      port1.close()

      // What it throws and cannot be read ends it, and all hear of it.
      const how = isolate === 'thread' ? 'proxy' : 'getter'
      const failed = await server.call.fail(how).catch((error: HeartwoodError) => error)
      expect(failed).toMatchObject({ code: 'CALL_SERVER_EXITED', cause: { message: 'draft' } })
      expect((await endOf(server)).reason).toMatchObject({ message: 'draft' })
      expect(reports.find(({ pid }) => pid === server.pid)).toBeDefined()
    })())
})

it(
  'a thread is not heard at all by what it posts to its parent, whatever it looks like',
  inKernel(async () => {
    const server = await begin('thread')
    await server.call.post(['over'])
    await server.call.post(['signals', 1, null])
    expect(await server.call.take('something')).toBe('string')
    await expect(startIsolated(Hostile, deep, { isolate: 'thread' })).rejects.toMatchObject({
      code: 'NOT_CLONEABLE',
    })
  }),
)

it(
  'a program ends alone that sends what has the shape of a message of ours and is none',
  inKernel(async () => {
    const server = await begin('process')
    const forged = server.call.post(['signals', 1, [4, 1, 'Class', -3]]).catch(() => {})
    expect((await endOf(server)).reason).toMatchObject({
      code: 'ISOLATE_GARBLED',
      details: { class: 'Hostile' },
    })
    await forged
  }),
)
