import {
  Call,
  GenServer,
  HeartwoodError,
  receive,
  register,
  self,
  sleep,
  spawn,
  start,
  whereis,
} from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Settings {
  @Call() term(): number {
    return 1
  }
}

export const checkThenRegister: Bug = {
  name: 'check, then register',
  story:
    'Two candidates see that nobody is the leader, read their settings, and both take the name; the second crashes.',

  async broken(sim) {
    const settings = await start(Settings)
    const candidate = async (late: number): Promise<void> => {
      await moments(sim, late)
      if (whereis('leader') !== undefined) return
      await settings.call.term()
      register('leader', self())
      await receive()
    }
    for (const late of [0, 4]) spawn(() => candidate(late), { label: 'candidate' })
    await sleep(1)
  },

  async fixed(sim) {
    const settings = await start(Settings)
    let leaders = 0
    const candidate = async (late: number): Promise<void> => {
      await moments(sim, late)
      await settings.call.term()
      try {
        register('leader', self())
      } catch (error) {
        if (HeartwoodError.is(error, 'NAME_TAKEN')) return
        throw error
      }
      leaders++
      await receive()
    }
    for (const late of [0, 4]) spawn(() => candidate(late), { label: 'candidate' })
    await sleep(1)
    expectSame(leaders, 1)
  },
}
