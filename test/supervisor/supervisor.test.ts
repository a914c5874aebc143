import {
  exit,
  isAlive,
  isExit,
  Kernel,
  monitor,
  type Pid,
  processInfo,
  receive,
  self,
  send,
  trapExit,
  whereis,
} from 'heartwood/kernel'
import { describe, expect, it } from 'vitest'
import { countChildren, startSupervisor, whichChildren } from '../../src/supervisor/index.js'
import { inWorld } from '../kernel/world.js'
import { end, lineOf, Nursery, supervisorReports } from './nursery.js'

describe('a supervisor', () => {
  it(
    'starts its children in order, restarts one that crashes, and stops them in reverse',
    inWorld(async ({ kernel, reports }) => {
      trapExit(true)
      const nursery = new Nursery()
      const top = await startSupervisor({
        children: [nursery.child('a', { traps: true }), nursery.child('b', { traps: true })],
      })
      expect(nursery.taken()).toEqual(['start a#1', 'start b#1'])
      const a = nursery.pid('a')
      await end(kernel, a, 'boom')
      expect(nursery.taken()).toEqual(['start a#2'])
      expect(await lineOf(top)).toBe('a:up b:up')
      expect(supervisorReports(reports)).toEqual(['child_terminated a boom'])
      exit(top, 'shutdown')
      const gone = await receive(isExit)
      expect(gone.reason).toBe('shutdown')
      expect(nursery.taken()).toEqual(['stop b#1 shutdown', 'stop a#2 shutdown'])
    }),
  )
})
