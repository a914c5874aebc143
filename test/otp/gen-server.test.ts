import { describe, expect, it } from 'vitest'
import {
  type Callbacks,
  type CallResult,
  call,
  cast,
  type From,
  getState,
  getStatus,
  type HandlerResult,
  type InitResult,
  replaceState,
  reply,
  resume,
  start,
  startLink,
  startMonitor,
  startServer,
  stop,
  suspend,
} from '../../src/genserver/index.js'
import {
  type ExitReason,
  exit,
  isAlive,
  isDown,
  isExit,
  type Pid,
  receive,
  self,
  send,
  sleep,
  trapExit,
  whereis,
} from '../../src/kernel/index.js'
import { UniqueRegistry, via } from '../../src/registry/index.js'
import { exitReason, failure, next, world } from '../genserver/world.js'

/** Cases named after OTP's gen_server_SUITE. Its servers get their orders as messages; so do these. */
interface State {
  readonly log: unknown[]
  readonly delayed?: From
}
type Order = (state: State) => unknown
const order = (request: unknown, state: State) => (request as Order)(state) as never

const server: Callbacks<State, (() => unknown) | undefined> = {
  init: (act) => (act === undefined ? { state: { log: [] } } : act()) as InitResult<State>,
  handleCall: (request, from, state) => {
    if (request === 'delay') return { state: { ...state, delayed: from } }
    return typeof request === 'function' ? order(request, state) : { reply: ['ok', request], state }
  },
  handleCast: (request, state) => order(request, state),
  handleInfo: (message, state) =>
    typeof message === 'function' ? order(message, state) : { state: noted(state, message) },
  handleContinue: (value, state) =>
    typeof value === 'function' ? order(value, state) : { state: noted(state, ['continue', value]) },
}
const noted = (state: State, entry: unknown): State => ({ ...state, log: [...state.log, entry] })
const logOf = async (pid: Pid) => ((await getState(pid)) as State).log
const note = (entry: unknown) => (state: State) => ({ state: noted(state, entry) })

describe('gen_server_SUITE', () => {
  it('start: anonymous and named, by start, start_link and start_monitor', () =>
    world(async () => {
      trapExit(true)
      const anonymous = await start(server, undefined)
      expect(await call(anonymous, 'x')).toEqual(['ok', 'x'])
      await stop(anonymous)
      const named = await start(server, undefined, { name: 'my_test_name' })
      expect(await call('my_test_name', 'x')).toEqual(['ok', 'x'])
      for (const again of [start, startLink, startMonitor] as (typeof start)[]) {
        expect(await failure(again(server, undefined, { name: 'my_test_name' }))).toMatchObject({
          code: 'ALREADY_STARTED',
          details: { pid: named },
        })
      }
      await stop('my_test_name')
      const linked = await startLink(server, undefined, { name: 'my_test_name' })
      await stop(linked)
      expect(await receive(isExit)).toMatchObject({ from: linked, reason: 'normal' })
      const monitored = await startMonitor(server, undefined, { name: 'my_test_name' })
      await stop(monitored.pid)
      expect(await receive(isDown)).toMatchObject({ ref: monitored.ref, reason: 'normal' })
      expect(await next()).toBe('nothing')
    }))

  it('start: ignore, stop, error and an init that takes too long', () =>
    world(async (kernel) => {
      trapExit(true)
      expect(await startServer(server, () => 'ignore', { link: true })).toBe('ignore')
      for (const act of [() => ({ stop: 'stopped' }), () => ({ error: 'stopped' })]) {
        expect(await failure(startLink(server, act))).toMatchObject({
          code: 'START_FAILED',
          details: { reason: 'stopped' },
        })
      }
      const late = failure(startLink(server, () => sleep(1_000), { timeout: 100 }))
      await kernel.clock.advance(100)
      expect(await late).toMatchObject({ code: 'START_TIMEOUT' })
      expect(await next()).toBe('nothing')
    }))

  it('stop1: ends with normal, synchronously; a second stop is noproc', () =>
    world(async () => {
      const pid = await start(server, undefined)
      await stop(pid)
      expect(isAlive(pid)).toBe(false)
      expect(await failure(stop(pid))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('stop2: with another reason', () =>
    world(async () => {
      const pid = await start(server, undefined)
      const ended = exitReason(pid)
      await stop(pid, 'other')
      expect(await ended).toBe('other')
    }))

  it('stop3: an invalid time-out raises and leaves the server alive', () =>
    world(async () => {
      const pid = await start(server, undefined)
      for (const timeout of [-1, 'invalid' as never]) {
        expect(await failure(stop(pid, 'other', timeout))).toMatchObject({ code: 'BAD_TIMEOUT' })
      }
      expect(isAlive(pid)).toBe(true)
    }))

  it('stop4: by registered name', () =>
    world(async () => {
      const pid = await start(server, undefined, { name: 'to_stop' })
      await stop('to_stop')
      expect(isAlive(pid)).toBe(false)
      expect(await failure(stop('to_stop'))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('stop5: by name and node', () =>
    world(async (kernel) => {
      const pid = await start(server, undefined, { name: 'to_stop' })
      await stop({ name: 'to_stop', node: kernel.node })
      expect(isAlive(pid)).toBe(false)
      expect(await failure(stop({ name: 'to_stop', node: kernel.node }))).toMatchObject({
        code: 'CALL_NOPROC',
      })
      expect(await failure(stop({ name: 'to_stop', node: 'far@away' }))).toMatchObject({
        code: 'NODE_UNKNOWN',
        details: { reason: { nodedown: 'far@away' } },
      })
    }))

  it('stop6: by a name that is not the kernel’s own, as a global one', () =>
    world(async () => {
      const registry = new UniqueRegistry<string>('names')
      await registry.start()
      const pid = await start(server, undefined, { name: via(registry, 'to_stop') })
      await stop(via(registry, 'to_stop'))
      expect(isAlive(pid)).toBe(false)
      expect(await failure(stop(via(registry, 'to_stop')))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('stop7: by what knows its address', () =>
    world(async () => {
      const pid = await start(server, undefined)
      const via = { target: pid }
      await stop(via)
      expect(await failure(stop(via))).toMatchObject({ code: 'CALL_NOPROC' })
    }))

  it('crash: shutdown and { shutdown: x } are not logged; other reasons are, with the client', () =>
    world(async (kernel) => {
      for (const reason of ['shutdown', { shutdown: 'reason' }]) {
        const pid = await start(server, undefined)
        expect(await failure(call(pid, () => exit(reason)))).toMatchObject({ details: { reason } })
      }
      expect(kernel.reports).toEqual([])
      const pid = await start(server, undefined)
      const crash = () => exit('crashed')
      await failure(call(pid, crash))
      expect(kernel.reportsOf('server')).toMatchObject([
        { pid, reason: 'crashed', lastMessage: crash, state: { log: [] }, client: self() },
      ])
      expect(kernel.reportsOf('crash')).toMatchObject([{ pid, reason: 'crashed' }])
    }))

  it('loop_start_fail: five times each, nothing is left behind', () =>
    world(async () => {
      trapExit(true)
      const crash = new Error('crash')
      const failures: [() => unknown, ExitReason][] = [
        [() => ({ stop: 'failed' }), 'failed'],
        [() => ({ stop: 'normal' }), 'normal'],
        [() => ({ error: 'failed' }), 'failed'],
        [() => exit('failed'), 'failed'],
        [() => exit('normal'), 'normal'],
        [thrower(crash), crash],
        [() => 'bad', { badReturnValue: 'bad' }],
      ]
      for (const [act, reason] of failures) {
        for (const begin of [start, startLink, startMonitor] as (typeof start)[]) {
          for (let times = 0; times < 5; times++) {
            expect(await failure(begin(server, act, { name: 'failing' }))).toMatchObject({
              code: 'START_FAILED',
              details: { reason },
            })
            expect(whereis('failing')).toBeUndefined()
            expect(await next()).toBe('nothing')
          }
        }
      }
      for (let times = 0; times < 5; times++) {
        expect(
          await startServer(server, () => 'ignore', { link: true, monitor: true, name: 'failing' }),
        ).toBe('ignore')
        expect(whereis('failing')).toBeUndefined()
        expect(await next()).toBe('nothing')
      }
    }))

  it('call: plain, delayed, and with a time-out at the server', () =>
    world(async (kernel) => {
      const pid = await start(server, undefined, { name: 'my_test_name' })
      expect(await call('my_test_name', 'started_p')).toEqual(['ok', 'started_p'])
      const delayed = call(pid, 'delay')
      cast(pid, (state: State) => {
        reply(state.delayed as From, 'delayed')
        return { state }
      })
      expect(await delayed).toBe('delayed')
      expect(await call(pid, (state: State) => ({ reply: 'ok', state, timeout: 1_000 }))).toBe('ok')
      await kernel.clock.advance(1_000)
      expect(await logOf(pid)).toEqual(['timeout'])
      const late = failure(call(pid, 'delay', 100))
      await kernel.clock.advance(100)
      expect(await late).toMatchObject({ code: 'CALL_TIMEOUT' })
      expect(await failure(call(pid, () => 'bad'))).toMatchObject({
        details: { reason: { badReturnValue: 'bad' } },
      })
    }))

  it('call: stop with and without a reply', () =>
    world(async () => {
      const first = await start(server, undefined)
      const result: CallResult<State> = { stop: 'stopping', reply: 'bye', state: { log: [] } }
      expect(await call(first, () => result)).toBe('bye')
      const second = await start(server, undefined)
      expect(await failure(call(second, (state: State) => ({ stop: 'stopping', state })))).toMatchObject({
        code: 'CALL_SERVER_EXITED',
        details: { reason: 'stopping' },
      })
    }))

  it('continue: after init, reply, noreply, cast, info and another continue, always before the next message', () =>
    world(async () => {
      const pid = await start(server, () => {
        send(self(), 'first message')
        return { state: { log: [] }, continue: 'init' }
      })
      const then = (value: unknown) => (state: State) => ({ state, continue: value })
      const answered = call(pid, (state: State) => ({ reply: 'answered', state, continue: 'reply' }))
      cast(pid, then('cast'))
      send(pid, then('info'))
      send(pid, then(then('continue')))
      const unanswered = call(
        pid,
        (state: State) => ({ state, continue: 'noreply' }),
        Number.POSITIVE_INFINITY,
      )
      unanswered.catch(() => {})
      send(pid, 'last message')
      expect(await answered).toBe('answered')
      expect(await logOf(pid)).toEqual([
        ['continue', 'init'],
        'first message',
        ['continue', 'reply'],
        ['continue', 'cast'],
        ['continue', 'info'],
        ['continue', 'continue'],
        ['continue', 'noreply'],
        'last message',
      ])
      cast(pid, (state: State) => ({ state, continue: (last: State) => ({ stop: 'stopped', state: last }) }))
      expect(await exitReason(pid)).toBe('stopped')
    }))

  it('calling_self: a call to oneself fails at once', () =>
    world(async () => {
      const pid = await start(server, undefined, { name: 'selfish' })
      for (const target of [pid, 'selfish']) {
        const asked = await call(pid, async (state: State) => ({
          reply: await failure(call(target, 'x')),
          state,
        }))
        expect(asked).toMatchObject({ code: 'CALL_SELF', details: { reason: 'calling_self' } })
      }
      expect(await failure(call(self(), 'x'))).toMatchObject({ code: 'CALL_SELF' })
    }))

  it('cast: plain, with a time-out, and stop', () =>
    world(async (kernel) => {
      const pid = await start(server, undefined, { name: 'my_test_name' })
      cast('my_test_name', note('by name'))
      cast(pid, (state: State) => ({ ...note('by pid')(state), timeout: 500 }))
      await kernel.clock.advance(500)
      expect(await logOf(pid)).toEqual(['by name', 'by pid', 'timeout'])
      cast(pid, (state: State): HandlerResult<State> => ({ stop: 'stopped', state }))
      expect(await exitReason(pid)).toBe('stopped')
      expect(cast(pid, 'to the dead')).toBeUndefined()
      expect(cast('my_test_name', 'to nobody')).toBeUndefined()
    }))

  it('info: plain, with a time-out, and stop', () =>
    world(async (kernel) => {
      const pid = await start(server, undefined)
      send(pid, 'hello')
      send(pid, (state: State) => ({ ...note('timed')(state), timeout: 500 }))
      await kernel.clock.advance(500)
      expect(await logOf(pid)).toEqual(['hello', 'timed', 'timeout'])
      send(pid, (state: State) => ({ stop: 'stopped', state }))
      expect(await exitReason(pid)).toBe('stopped')
    }))

  it('hibernate: from init, call, cast, info and continue; the next message wakes', () =>
    world(async (kernel) => {
      const asleep = (state: State) => ({ state: noted(state, 'asleep'), hibernate: true })
      const pid = await start(server, () => ({ state: { log: [] }, hibernate: true }))
      await call(pid, (state: State) => ({ reply: 1, ...asleep(state) }))
      cast(pid, asleep)
      send(pid, asleep)
      send(pid, (state: State) => ({ state, continue: asleep }))
      await kernel.clock.advance(100_000)
      expect(await logOf(pid)).toEqual(['asleep', 'asleep', 'asleep', 'asleep'])
      await suspend(pid)
      await resume(pid)
      expect(await call(pid, 'x')).toEqual(['ok', 'x'])
    }))

  it('otp_7669: after ignore or stop the name is free by the time start returns', () =>
    world(async () => {
      for (let times = 0; times < 100; times++) {
        for (const act of [() => 'ignore', () => ({ stop: 'no' })]) {
          await startServer(server, act, { name: 'otp_7669' }).catch(() => {})
          expect(whereis('otp_7669')).toBeUndefined()
        }
      }
    }))

  it('get_state: of a running and of a suspended server', () =>
    world(async () => {
      const pid = await start(server, () => ({ state: 'self' }), { name: 'get_state' })
      expect(await getState('get_state')).toBe('self')
      expect(await getState(pid, 5_000)).toBe('self')
      await suspend(pid)
      expect(await getState(pid)).toBe('self')
      await resume(pid)
    }))

  it('replace_state: the function runs in the server; a crash in it leaves the state', () =>
    world(async () => {
      const pid = await start(server, () => ({ state: 'old' }))
      let ranIn: Pid | undefined
      const replaced = await replaceState(pid, (state: string) => {
        ranIn = self()
        return `${state} new`
      })
      expect([replaced, await getState(pid)]).toEqual(['old new', 'old new'])
      expect(ranIn).toBe(pid)
      expect(await failure(replaceState(pid, thrower('fail')))).toMatchObject({
        code: 'REPLACE_STATE_FAILED',
        cause: 'fail',
      })
      await suspend(pid)
      await replaceState(pid, () => 'while suspended')
      await resume(pid)
      expect(await getState(pid)).toBe('while suspended')
    }))

  it.each([
    ['undef_terminate1', 'normal'],
    ['undef_terminate2', { custom: 'reason' }],
  ])('%s: terminate is optional, reason %o', (_, reason) =>
    world(async () => {
      const pid = await start(server, undefined)
      const ended = exitReason(pid)
      await stop(pid, reason)
      expect(await ended).toEqual(reason)
    }))

  it('undef_init: is an error of start and leaves no EXIT behind', () =>
    world(async () => {
      trapExit(true)
      for (const begin of [start, startLink] as (typeof start)[]) {
        expect(await failure(begin({} as Callbacks<0>))).toMatchObject({
          code: 'START_FAILED',
          cause: { code: 'CALLBACK_MISSING', details: { callback: 'init' } },
        })
      }
      expect(await next()).toBe('nothing')
    }))

  const bare: Callbacks<string> = { init: () => ({ state: 'bare' }) }
  const continuing: Callbacks<string> = { ...bare, handleInfo: (_, state) => ({ state, continue: 'x' }) }
  it.each([
    ['undef_handle_call', 'handleCall', bare, (pid: Pid) => void call(pid, 'x').catch(() => {})],
    ['undef_handle_cast', 'handleCast', bare, (pid: Pid) => cast(pid, 'x')],
    ['undef_handle_continue', 'handleContinue', continuing, (pid: Pid) => void send(pid, 'x')],
  ])('%s: crashes the server for want of %s', (_, callback, callbacks, act) =>
    world(async () => {
      const pid = await start(callbacks)
      act(pid)
      expect(await exitReason(pid)).toMatchObject({ code: 'CALLBACK_MISSING', details: { callback } })
    }))

  it('undef_handle_info: only logs a warning', () =>
    world(async (kernel) => {
      const pid = await start(bare)
      send(pid, 'hello')
      expect(await getState(pid)).toBe('bare')
      expect(kernel.reports).toMatchObject([{ level: 'warn', pid, lastMessage: 'hello' }])
    }))

  it('undef_in_terminate: a missing function inside terminate is a crash of its own', () =>
    world(async () => {
      const pid = await start({ ...bare, terminate: () => missing() })
      const ended = exitReason(pid)
      expect(await failure(stop(pid))).toMatchObject({ code: 'CALL_SERVER_EXITED' })
      expect(await ended).toBeInstanceOf(TypeError)
    }))

  it('undef_in_handle_info: a missing function inside handleInfo is a crash', () =>
    world(async () => {
      const pid = await start({ ...bare, handleInfo: () => missing() })
      send(pid, 'hello')
      expect(await exitReason(pid)).toBeInstanceOf(TypeError)
    }))

  it('call_format_status: shapes what get_status shows', () =>
    world(async () => {
      const pid = await start({ ...bare, formatStatus: ({ state }) => ({ state: `formatted ${state}` }) })
      expect(await getStatus(pid)).toMatchObject({ state: 'formatted bare' })
      expect(await getState(pid)).toBe('bare')
    }))

  it('error_format_status, format_all_status: shapes state, message and reason of the crash log', () =>
    world(async (kernel) => {
      const pid = await start({
        ...bare,
        handleCast: () => exit('crash'),
        formatStatus: ({ state, message, reason }) => ({
          state: [state],
          message: [message],
          reason: [reason],
        }),
      })
      cast(pid, 'x')
      expect(await exitReason(pid)).toBe('crash')
      expect(kernel.reportsOf('server')).toMatchObject([
        { state: ['bare'], lastMessage: ['x'], reason: ['crash'] },
      ])
    }))

  it('terminate_crash_format: a crash inside terminate replaces the reason and is formatted too', () =>
    world(async (kernel) => {
      const pid = await start({
        ...bare,
        terminate: () => exit({ crash: 'terminate' }),
        formatStatus: (status) => ({ ...status, state: 'formatted' }),
      })
      await failure(stop(pid))
      expect(kernel.reportsOf('server')).toMatchObject([
        { state: 'formatted', reason: { crash: 'terminate' } },
      ])
    }))

  it('crash_in_format_status, throw_in_format_status: is shown, and the server lives on', () =>
    world(async () => {
      const pid = await start({ ...bare, formatStatus: thrower('format') })
      expect(await getStatus(pid)).toMatchObject({ formatError: 'format', mode: 'running' })
      expect(isAlive(pid)).toBe(true)
    }))
})

function missing(): never {
  return (undefined as unknown as () => never)()
}

function thrower(value: unknown): () => never {
  return () => {
    throw value
  }
}
