import {
  defineServer,
  isolable,
  type Pid,
  receive,
  self,
  send,
  spawnLink,
  startIsolated,
  sys,
  trapExit,
} from 'heartwood'
import { sendNosuspend } from 'heartwood/kernel'
import { expectCrash } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it } from 'vitest'

const kernel = useTestKernel()

class Visitor {}

class Keeper {
  readonly kept: unknown[] = []
  keep(value: unknown): void {
    this.kept.push(value)
  }
  note(value: unknown): void {
    this.kept.push(value)
  }
  handleInfo(value: unknown): void {
    this.kept.push(value)
  }
  visitor(): unknown {
    return new Visitor()
  }
  first(): unknown {
    return this.kept[0]
  }
  async within(): Promise<boolean> {
    const here = self()
    const visitor = new Visitor()
    spawnLink(() => send(here, visitor))
    return (await receive()) === visitor
  }
}
defineServer(Keeper, { calls: ['keep', 'visitor', 'first', 'within'], casts: ['note'] })
isolable(Keeper, import.meta.url)

const refused = (path: string) =>
  expect.objectContaining({ code: 'NOT_CLONEABLE', message: expect.stringContaining(path) })

describe('on a test kernel, a server that is declared isolated', () => {
  it('refuses the messages that it would refuse in a thread, at the same place', () =>
    kernel().run(async () => {
      const server = await startIsolated(Keeper, undefined, { isolate: 'thread' })
      const value = { on: new Visitor(), by: () => 1 }
      await expect(server.call.keep(value)).rejects.toThrow(refused('message.args[0].'))
      await expect(server.call.keep(() => 1)).rejects.toThrow(refused('message.args[0]'))
      expect(() => server.cast.note(value)).toThrow(refused('message.args[0].'))
      expect(() => send(server, value)).toThrow(refused('message.'))
      expect(() => sendNosuspend(server, value)).toThrow(refused('message.'))
      expect(await server.call.first()).toBe(undefined)
    }))

  it('gets copies, and answers with copies', () =>
    kernel().run(async () => {
      const server = await startIsolated(Keeper, undefined, { isolate: 'thread' })
      const value = { list: [1], at: new Date(7), from: self() }
      await server.call.keep(value)
      const answer = await server.call.first()
      expect(answer).toEqual(value)
      expect(answer).not.toBe(value)
      expect(await server.call.first()).not.toBe(answer)
      expect((answer as typeof value).from).toBe(self())
    }))

  it('crashes by an answer that it could not give from a thread', () =>
    kernel().run(async () => {
      trapExit(true)
      const server = await startIsolated(Keeper, undefined, { isolate: 'thread' })
      const crashed = expectCrash({ of: server.pid as Pid })
      await expect(server.call.visitor()).rejects.toThrow(
        expect.objectContaining({ code: 'CALL_SERVER_EXITED' }),
      )
      expect((await crashed).reason).toMatchObject({ code: 'NOT_CLONEABLE' })
    }))

  it('shares what it has with what it starts, and its state with the test', () =>
    kernel().run(async () => {
      const server = await startIsolated(Keeper, undefined, { isolate: 'thread' })
      expect(await server.call.within()).toBe(true)
      expect(await sys.getState(server)).toBeInstanceOf(Keeper)
    }))
})
