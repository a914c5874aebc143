import { describe, expect, it } from 'vitest'
import { type HeartwoodError, type Pid, self } from '../../src/kernel/index.js'
import {
  getChildSpec,
  SUPERVISOR_ERRORS,
  startChild,
  startDynamicSupervisor,
  startSupervisor,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { codeOf, inWorld } from '../kernel/world.js'
import { lineOf, Nursery } from './nursery.js'

async function rejection(promise: Promise<unknown>): Promise<HeartwoodError> {
  return promise.then(
    () => {
      throw new Error('it did not reject')
    },
    (error: HeartwoodError) => error,
  )
}

describe('asking a supervisor', () => {
  it(
    'fails with an error made in the caller, that says which supervisor, which child and what to do',
    inWorld(async () => {
      await startSupervisor({ children: [new Nursery().child('a')] }, { name: 'top' })
      const error = await rejection(terminateChild('top', 'b'))
      expect(error.code).toBe('NOT_FOUND')
      expect(error.details).toEqual({ supervisor: 'top', child: 'b' })
      expect(error.message).toBe(
        'supervisor top has no child b. It was never started, has ended for good, or was deleted; whichChildren lists the children.',
      )
      expect(error.stack).toContain('client.ts')
    }),
  )

  it(
    'gives the pid of what is there already',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a')] }, { name: 'top' })
      const error = await rejection(startChild(top, nursery.child('a')))
      expect(error.details).toMatchObject({ pid: nursery.pid('a'), child: 'a', supervisor: 'top' })
      expect(error.message).toContain(String(nursery.pid('a')))
    }),
  )

  it(
    'gives the reason of a failed start as cause',
    inWorld(async () => {
      const boom = new Error('boom')
      const child = new Nursery().child('a', { plan: { 1: { fail: boom } } })
      const error = await rejection(startChild(await startSupervisor({}), child))
      expect(error.cause).toBe(boom)
    }),
  )

  it(
    'finds a static child by its pid too',
    inWorld(async () => {
      const nursery = new Nursery()
      const top = await startSupervisor({ children: [nursery.child('a')] })
      const spec = await getChildSpec(top, nursery.pid('a'))
      expect(spec.id).toBe('a')
      await terminateChild(top, nursery.pid('a'))
      expect(await codeOf(() => getChildSpec(top, nursery.pid('a')))).toBe('NOT_FOUND')
      expect(await lineOf(top)).toBe('a:undefined')
      expect(await codeOf(() => terminateChild(top, self()))).toBe('NOT_FOUND')
    }),
  )

  it(
    'from a start function of its own is reported as what it is',
    inWorld(async () => {
      const top = await startSupervisor({})
      const start = async (): Promise<Pid> => (await startChild(top, new Nursery().child('b'))) as Pid
      const error = await rejection(startChild(top, { id: 'a', start }))
      expect(error.details.reason).toMatchObject({ code: 'CALL_SELF' })
    }),
  )

  it(
    'gives copies: what it does with them concerns nobody else',
    inWorld(async () => {
      const top = await startDynamicSupervisor()
      const pid = (await startChild(top, new Nursery().child('a'))) as Pid
      Object.assign(await getChildSpec(top, pid), { restart: 'temporary' })
      ;(await whichChildren(top)).length = 0
      expect((await getChildSpec(top, pid)).restart).toBe('permanent')
      expect(await whichChildren(top)).toHaveLength(1)
    }),
  )

  it('has a template for every code, that says what is to be done or expected', () => {
    for (const template of Object.values(SUPERVISOR_ERRORS)) expect(template).toMatch(/\.$|\{reason\}$/)
  })
})
