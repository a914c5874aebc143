import { type Pid, receive, self, send, spawn } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

interface Relay {
  readonly to: Pid
  readonly message: string
}

/** Hands on whatever it gets. */
async function relay(): Promise<void> {
  for (;;) {
    const { to, message } = (await receive()) as Relay
    send(to, message)
  }
}

const isText = (message: unknown): message is string => typeof message === 'string'

export const overtaking: Bug = {
  name: 'overtaken on a second path',
  story: '“Created” goes by way of a relay and “deleted” directly; the second arrives first.',

  async broken(sim) {
    const main = self()
    const audited = spawn(relay, { label: 'relay' })
    const source = async (): Promise<void> => {
      send(audited, { to: main, message: 'created' })
      await moments(sim, 3)
      send(main, 'deleted')
    }
    spawn(source, { label: 'source' })
    expectSame([await receive(isText), await receive(isText)], ['created', 'deleted'])
  },

  async fixed(sim) {
    const main = self()
    const audited = spawn(relay, { label: 'relay' })
    const source = async (): Promise<void> => {
      send(audited, { to: main, message: 'created' })
      await moments(sim, 3)
      send(audited, { to: main, message: 'deleted' })
    }
    spawn(source, { label: 'source' })
    expectSame([await receive(isText), await receive(isText)], ['created', 'deleted'])
  },
}
