/** What the reduction did not see once: for each the outcomes must be those of the search without it. */
import {
  Call,
  exit,
  GenServer,
  isDown,
  monitor,
  type Pid,
  processInfo,
  type Ref,
  receive,
  register,
  self,
  send,
  sleep,
  spawn,
  start,
  stop,
  sys,
} from 'heartwood'
import { explore, type Program, type Simulation } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { isLinked, processSummary } from '../../src/kernel/index.js'
import { programOf } from './random-programs.js'

@GenServer()
class Answers {
  @Call() get(): number {
    return 1
  }

  @Call() async slowly(pause: () => Promise<void>): Promise<number> {
    await pause()
    return 2
  }
}

@GenServer()
class Counts {
  n = 0

  @Call() add(): void {
    this.n++
  }

  @Call({ concurrent: true }) async watch(pause: () => Promise<void>): Promise<string> {
    const before = this.n
    await pause()
    return `${before}${this.n}`
  }
}

const code = (error: { code?: string }): string => String(error.code)

async function answerOf(pid: Pid): Promise<string> {
  const ref = monitor(pid)
  const down = await receive((message: unknown) => isDown(message) && message.ref === ref, { timeout: 2 })
  return down === undefined ? 'time-out' : 'down'
}

const programs: Record<string, Program> = {
  'a kill keeps a call from being made, and hides what it would have depended on': async () => {
    const server = await start(Answers)
    let [answer, stopped]: (string | number)[] = ['killed', '-']
    const caller = spawn(
      async () => {
        answer = await server.call.get().catch(code)
      },
      { label: 'caller' },
    )
    spawn(
      async () => {
        stopped = await stop(server).then(() => 'stopped', code)
      },
      { label: 'stopper' },
    )
    spawn(() => exit(caller, 'kill'), { label: 'killer' })
    await sleep(10)
    return `${answer}/${stopped}`
  },

  'a message that comes after a time-out could have come before it': async (sim) => {
    let [first, second]: string[] = []
    const pids: Pid[] = []
    const one = async (): Promise<void> => {
      first = await answerOf(pids[1] as Pid)
      await sim.pause()
    }
    const two = async (): Promise<void> => {
      second = await answerOf(pids[1] as Pid)
    }
    pids.push(spawn(one, { label: 'one' }), spawn(two, { label: 'two' }))
    await sleep(10)
    return `${first}/${second}`
  },

  'a call waits for a server that is busy with another': async (sim) => {
    const server = await start(Answers)
    const order: string[] = []
    const client = (name: string, calls: number) => async (): Promise<void> => {
      for (let each = 0; each < calls; each++) {
        await server.call.slowly(() => sim.pause())
        sim.touch('order')
        order.push(name)
      }
    }
    spawn(client('a', 1), { label: 'a' })
    spawn(client('b', 2), { label: 'b' })
    await sleep(10)
    return order.join('')
  },

  'processInfo sees a name': async () => {
    let seen = ''
    const pids: Pid[] = []
    const looker = (): void => {
      seen = String(processInfo(pids[1] as Pid, 'registeredName'))
    }
    const named = async (): Promise<void> => {
      register('B', self())
      await sleep(2)
    }
    pids.push(spawn(looker, { label: 'looker' }), spawn(named, { label: 'named' }))
    await sleep(10)
    return seen
  },

  'processInfo sees who came first': async () => {
    const server = spawn(() => receive(), { label: 'server' })
    const watchers = ['a', 'b'].map((label) =>
      spawn(
        async () => {
          monitor(server)
          await receive()
        },
        { label },
      ),
    )
    await sleep(1)
    const seen = processInfo(server, 'monitoredBy')?.map((pid) => watchers.indexOf(pid))
    return String(seen)
  },

  'isLinked sees the link that the other makes': async () => {
    let seen: unknown
    const pids: Pid[] = []
    const looker = async (): Promise<void> => {
      seen = isLinked(pids[1] as Pid)
      await sleep(2)
    }
    const other = async (): Promise<void> => {
      const { link } = await import('heartwood')
      link(pids[0] as Pid)
      await sleep(2)
    }
    pids.push(spawn(looker, { label: 'looker' }), spawn(other, { label: 'other' }))
    await sleep(10)
    return seen
  },

  'a summary sees everything': async () => {
    let seen: unknown
    const looked = spawn(
      async () => {
        await receive()
        await sleep(5)
      },
      { label: 'looked' },
    )
    spawn(() => send(looked, 1), { label: 'sender' })
    spawn(
      () => {
        seen = processSummary(looked)?.handled
      },
      { label: 'looker' },
    )
    await sleep(10)
    return seen
  },

  'a signal fires before a call is over, or after': programOf({
    scripts: [[{ does: 'stopTheServer', n: 0 }], [{ does: 'callAborted', n: 0 }]],
    patience: [0, 0],
    limit: 0,
  }),

  'a signal ends a wait, or comes too late for it': async () => {
    let taken: unknown
    const hurry = new AbortController()
    const taker = async (): Promise<void> => {
      taken = await receive({ signal: hurry.signal }).catch(() => 'aborted')
    }
    const pid = spawn(taker, { label: 'taker' })
    spawn(() => send(pid, 'message'), { label: 'sender' })
    spawn(() => hurry.abort(), { label: 'aborter' })
    await sleep(10)
    return taken
  },

  'a name cannot be given to who is dead': async () => {
    const outcome: string[] = []
    const mortal = spawn(() => {}, { label: 'mortal' })
    const namer = (): void => {
      try {
        register('it', mortal)
        outcome.push('named')
      } catch (error) {
        outcome.push(code(error as { code?: string }))
      }
    }
    spawn(namer, { label: 'namer' })
    await sleep(1)
    return outcome[0]
  },

  'a limited mailbox is full for one or for the other': async () => {
    const full: string[] = []
    const box = spawn(() => sleep(5), { label: 'box', mailbox: { limit: 1, policy: 'reject' } })
    for (const name of ['a', 'b']) {
      const sender = (): void => {
        try {
          send(box, name)
        } catch {
          full.push(name)
        }
      }
      spawn(sender, { label: name })
    }
    await sleep(1)
    return full.join()
  },

  'sys.showState shows the state of a server when it looks': looks((server) => sys.showState(server)),

  'what sys.getState gave changes later': looks(async (server, sim) => {
    const state = await sys.getState(server)
    await sim.pause()
    return state
  }),

  'what sys.getStatus gave changes later': looks(async (server, sim) => {
    const { state } = await sys.getStatus(server)
    await sim.pause()
    return state
  }),

  'a concurrent call reads what other messages change': looks((server, sim) =>
    server.call.watch(() => sim.pause()),
  ),

  'a limited mailbox has no room for a call until the one before is taken': limited('reject'),

  'a call that waits for room is given up before there is some, or after': limited('wait'),
}

/** One looks at the state of a server that another changes. */
function looks(look: (server: Ref<Counts>, sim: Simulation) => Promise<unknown>): Program {
  return async (sim) => {
    const server = await start(Counts)
    let seen = ''
    const writer = async (): Promise<void> => {
      for (let each = 0; each < 2; each++) await server.call.add()
    }
    spawn(writer, { label: 'writer' })
    spawn(
      async () => {
        seen = JSON.stringify(await look(server, sim))
      },
      { label: 'looker' },
    )
    await sleep(10)
    return seen
  }
}

/** Two calls to a server with room for one, the second of which is aborted at some moment. */
function limited(policy: 'reject' | 'wait'): Program {
  @GenServer({ mailbox: { limit: 1, policy } })
  class Narrow {
    served = ''

    @Call() serve(who: string): string {
      this.served += who
      return this.served
    }
  }
  return async () => {
    const server = await start(Narrow)
    const hurry = new AbortController()
    const answers: Record<string, string> = {}
    for (const who of ['a', 'b']) {
      const options = who === 'b' && policy === 'wait' ? { signal: hurry.signal } : {}
      const call = async (): Promise<void> => {
        answers[who] = await server.with(options).call.serve(who).catch(code)
      }
      spawn(call, { label: who })
    }
    if (policy === 'wait') spawn(() => hurry.abort(), { label: 'aborter' })
    await sleep(10)
    return `${answers.a} ${answers.b}`
  }
}

describe('the reduction', () => {
  it.each(Object.entries(programs))('sees that %s', async (_, program) => {
    const options = { strategy: 'exhaustive', crashes: 'allow', messages: 'share' } as const
    const all = await explore({ ...options, reduction: false }, program)
    const some = await explore(options, program)
    expect(all.exhausted).toBe(true)
    expect([...some.outcomes.keys()].sort()).toEqual([...all.outcomes.keys()].sort())
    expect(some.outcomes.size).toBeGreaterThan(1)
    expect(some).toMatchObject({ exhausted: true, reason: undefined })
  })
})
