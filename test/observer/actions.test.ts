import { type ChildSpec, createLogger, defineServer, start, startLink, startSupervisor } from 'heartwood'
import { describe, expect, it } from 'vitest'
import { type Pid, processInfo, receive, sleep } from '../../src/kernel/index.js'
import { type Answer, type Observed, observed, TOKEN } from './world.js'

class Worker {
  async wait(): Promise<void> {
    await sleep(60_000)
  }
}
defineServer(Worker, { casts: ['wait'] })

const worker = (id: string): ChildSpec => ({ id, start: () => startLink(Worker, undefined, { name: id }) })

async function planted(): Promise<Observed> {
  const world = await observed()
  await world.kernel.run(() =>
    startSupervisor({ children: [worker('one'), worker('two')] }, { name: 'top', link: false }),
  )
  return world
}

const codeOf = ({ text }: Answer): string => JSON.parse(text).error.code

describe('the actions', () => {
  it('need the token, of this site, and JSON', async () => {
    await using world = await planted()
    const one = world.kernel.whereis('one')
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` }
    const asked = async (more: Record<string, string>): Promise<unknown> => {
      const sent = Object.fromEntries(
        Object.entries({ ...headers, ...more }).filter(([, value]) => value !== ''),
      )
      const answer = await world.ask('api/actions/kill', {
        method: 'POST',
        headers: sent,
        body: { pid: 'one' },
      })
      return [answer.status, codeOf(answer)]
    }
    expect(await asked({ authorization: '' })).toEqual([401, 'OBSERVER_NO_TOKEN'])
    expect(await asked({ authorization: `Bearer ${TOKEN}x` })).toEqual([401, 'OBSERVER_NO_TOKEN'])
    expect(await asked({ origin: 'https://evil.example' })).toEqual([403, 'OBSERVER_FOREIGN'])
    expect(await asked({ 'sec-fetch-site': 'cross-site' })).toEqual([403, 'OBSERVER_FOREIGN'])
    expect(await asked({ host: 'evil.example' })).toEqual([403, 'OBSERVER_HOST'])
    expect(await asked({ 'content-type': 'text/plain' })).toEqual([400, 'OBSERVER_BODY'])
    expect(world.kernel.whereis('one')).toBe(one)
    // Refused orders are in the log, too; the token is not.
    const told = world.reports.filter(({ kind }) => kind === 'observer')
    expect(told).toHaveLength(6)
    expect(told[0]).toMatchObject({ level: 'warn', action: 'kill' })
    expect(JSON.stringify(told.map(({ message }) => message))).not.toContain(TOKEN)
  })

  it('are not there without a token', async () => {
    await using world = await observed({ token: undefined })
    expect(codeOf(await world.act('kill', { pid: '1' }))).toBe('OBSERVER_READ_ONLY')
  })

  it.each([
    ['kill', {}, 400, 'OBSERVER_BODY'],
    ['kill', [1], 400, 'OBSERVER_BODY'],
    ['kill', '{', 400, 'OBSERVER_BODY'],
    ['kill', { pid: 7 }, 400, 'OBSERVER_BODY'],
    ['kill', { pid: 'one', reason: 'boredom' }, 400, 'OBSERVER_BODY'],
    ['kill', { pid: 'x'.repeat(20_000) }, 400, 'OBSERVER_BODY'],
    ['kill', { pid: 'nobody' }, 404, 'OBSERVER_NO_PROCESS'],
    ['restart', { supervisor: 'one', child: 'two' }, 409, 'OBSERVER_ACTION_FAILED'],
    ['restart', { supervisor: 'top', child: 'three' }, 409, 'OBSERVER_ACTION_FAILED'],
    ['suspend', { pid: 'nobody' }, 404, 'OBSERVER_NO_PROCESS'],
    ['trace', { pid: 'one', on: 'yes' }, 400, 'OBSERVER_BODY'],
    ['log-level', { level: 'loud' }, 400, 'OBSERVER_BODY'],
    ['log-level', { level: 'debug' }, 409, 'OBSERVER_ACTION_FAILED'],
  ])('%s %j is answered %i %s', async (action, body, status, code) => {
    await using world = await planted()
    const answer = await world.act(action, body)
    expect([answer.status, codeOf(answer)]).toEqual([status, code])
  })

  it('kill: its supervisor starts it again', async () => {
    await using world = await planted()
    const before = world.kernel.whereis('one')
    expect((await world.act('kill', { pid: String(before) })).status).toBe(200)
    await world.kernel.settled()
    expect(world.kernel.whereis('one')).toBeDefined()
    expect(world.kernel.whereis('one')).not.toBe(before)
    expect(world.reports).toContainEqual(
      expect.objectContaining({ level: 'info', kind: 'observer', action: 'kill' }),
    )
  })

  it('kill with shutdown lets it end in order', async () => {
    await using world = await observed()
    let reason: unknown
    const pid = await world.kernel.run(async () => {
      await start(
        {
          init: () => ({ state: 0 }),
          terminate: (it: unknown) => {
            reason = it
          },
        },
        undefined,
        { name: 'orderly' },
      )
      return world.kernel.whereis('orderly') as Pid
    })
    await world.act('kill', { pid: `${pid.id}`, reason: 'shutdown' })
    await world.kernel.settled()
    // Not linked and not trapping: no terminate, as in OTP.
    expect([world.kernel.isAlive(pid), reason]).toEqual([false, undefined])
  })

  it('restart stops a child and starts it, at nobody’s expense', async () => {
    await using world = await planted()
    for (let n = 0; n < 10; n++) {
      const before = world.kernel.whereis('two')
      expect((await world.act('restart', { supervisor: 'top', child: 'two' })).status).toBe(200)
      expect(world.kernel.whereis('two')).not.toBe(before)
    }
  })

  it('suspend and resume', async () => {
    await using world = await planted()
    await world.act('suspend', { pid: 'one' })
    expect(await world.get('api/processes/one')).toMatchObject({ state: { mode: 'suspended' } })
    await world.act('resume', { pid: 'one' })
    expect(await world.get('api/processes/one')).toMatchObject({ state: { mode: 'running' } })
  })

  it('a script cannot be suspended, and gets nothing that it would not understand', async () => {
    await using world = await planted()
    const script = world.kernel.spawn(() => receive(() => false), { name: 'script' })
    expect(codeOf(await world.act('suspend', { pid: 'script' }))).toBe('OBSERVER_ACTION_FAILED')
    expect(await world.kernel.run(() => processInfo(script)?.messageQueueLength)).toBe(0)
  })

  it('what a process does not do in time is told, whoever it is', async () => {
    await using world = await planted()
    world.kernel.spawn(() => receive(), { name: 'script' })
    await world.kernel.run(() => import('heartwood').then(({ ref }) => ref(Worker, 'one').cast.wait()))
    const asked = world.act('suspend', { pid: 'one' })
    await until(() => world.kernel.timers.size >= 2)
    await world.clock.advance(1_000)
    expect(codeOf(await asked)).toBe('OBSERVER_ACTION_FAILED')
  })

  it('set the level of the log', async () => {
    const logger = createLogger({ level: 'silent' })
    await using world = await observed({ logger })
    expect(await world.get('api/overview')).toMatchObject({ logLevel: 'silent' })
    const { text } = await world.act('log-level', { level: 'error' })
    expect(JSON.parse(text)).toEqual({ ok: true, done: 'log level from silent to error' })
    expect(logger.level).toBe('error')
  })
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
