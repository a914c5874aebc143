/** Nothing that is shown or classified throws, whatever it is: each door for values of others, with each of the worst. */
import fc from 'fast-check'
import {
  Agent,
  call,
  cast,
  createLogger,
  currentKernel,
  disown,
  exit,
  logReporter,
  own,
  type Pid,
  send,
  setLabel,
  spawn,
  start,
  startLink,
  startSupervisor,
  sys,
  trapExit,
} from 'heartwood'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import {
  formatReason,
  HeartwoodError,
  isError,
  isOrderly,
  isShutdown,
  isThenable,
  Kernel,
  printed,
  processDetail,
  reasonOf,
  snapshot,
  stackLines,
} from '../../src/kernel/index.js'
import { errorOf, reasonLine } from '../../src/logging/index.js'
import { lineOf } from '../../src/observer/snapshot/one-line-value.js'
import { Timeline } from '../../src/observer/timeline.js'
import { matchesReason, matchText } from '../../src/testing/expect/reason-match.js'
import { messageText, shown } from '../../src/testing/trace/index.js'
import { HOSTILE, THENABLES } from './hostile-values.js'

const ALL = { ...HOSTILE, ...THENABLES }

/** What only looks, and must give an answer to everything. */
const LOOKS: Readonly<Record<string, (value: unknown) => unknown>> = {
  printed,
  snapshot: (value) => JSON.stringify(snapshot(value)),
  reasonLine,
  errorOf: (value) => JSON.stringify(errorOf(value)),
  formatReason,
  isError,
  isOrderly,
  isShutdown,
  isThenable,
  reasonOf,
  'the lines of a stack': (value) => isError(value) && stackLines(value),
  'HeartwoodError.is': (value) => HeartwoodError.is(value, 'CALL_NOPROC'),
  'a line of the observer': lineOf,
  'a message in a trace': (value) => messageText(value, String) + shown(value, String),
  'a matcher': (value) => [matchesReason(/x/, value), matchesReason(TypeError, value), matchText(value)],
}

/** A server that does with a value what it is told, and a state that may be one. */
function server(state: unknown = 0) {
  return {
    init: () => ({ state }),
    handleCall: (request: unknown, _from: unknown, state: unknown) =>
      typeof request === 'function' ? { reply: request(), state } : { reply: request, state },
    handleCast: (request: unknown, state: unknown) => {
      const result = typeof request === 'function' ? request() : undefined
      return result === undefined ? { state } : result
    },
  }
}

const trapping = (): { state: number } => {
  trapExit(true)
  return { state: 0 }
}
const started = (state?: unknown) => start(server(state), undefined)
const crash = (): never => {
  throw new Error('crashed')
}

/** What a value can be done with. Each runs as a process of its own, and may fail there; it must harm nobody else. */
const DOORS: Readonly<Record<string, (value: unknown) => unknown>> = {
  'thrown in a script': (value) =>
    void spawn(() => {
      throw value
    }),
  'rejected in a script': (value) =>
    void spawn(async () => {
      throw value
    }),
  'returned by a script': (value) => void spawn(() => value),
  'thrown in init': (value) =>
    start(
      {
        init: () => {
          throw value
        },
      },
      undefined,
    ),
  'returned by init': (value) => start({ init: () => value as never }, undefined),
  'the reason of a stop in init': (value) => start({ init: () => ({ stop: value }) }, undefined),
  'the reason of an error in init': (value) => start({ init: () => ({ error: value }) }, undefined),
  'thrown in handleCast': async (value) =>
    cast(await started(), () => {
      throw value
    }),
  'returned by handleCast': async (value) => cast(await started(), () => value),
  'the reason of a stop': async (value) => cast(await started(), () => ({ stop: value, state: value })),
  'rejected in handleCast': async (value) =>
    cast(await started(), async () => {
      throw value
    }),
  'thrown in handleCall': async (value) =>
    call(await started(), () => {
      throw value
    }),
  'a request': async (value) => call(await started(), value),
  'a reply': async (value) => call(await started(), () => value),
  'a request of a call to nobody': (value) => call('nobody', value),
  'a request that nobody answers': async (value) => {
    const silent = await start(
      { init: () => ({ state: 0 }), handleCall: () => new Promise<never>(() => {}) },
      undefined,
    )
    const pending = call(silent, value, { timeout: 50 })
    pending.catch(() => {})
    await (currentKernel().clock as VirtualClock).advance(60)
    return pending
  },
  'a request to one that dies': async (value) => {
    const target = await start(
      { init: () => ({ state: 0 }), handleCall: () => new Promise<never>(() => {}) },
      undefined,
    )
    const pending = call(target, 'x')
    pending.catch(() => {})
    exit(target, value)
    return pending
  },
  'a cast without a handler': async (value) =>
    cast(await start({ init: () => ({ state: 0 }) }, undefined), value),
  'a message without a handler': async (value) => send(await started(), value),
  'a continuation without a handler': (value) =>
    start({ init: () => ({ state: 0, continue: value }) }, undefined),
  'a state': async (value) => {
    const target = await started(value)
    await sys.getStatus(target)
    cast(target, crash)
  },
  'what formatStatus gives': async (value) => {
    const target = await start({ ...server(), formatStatus: () => value as never }, undefined)
    await sys.getStatus(target)
    cast(target, crash)
  },
  'what formatStatus throws': async (value) => {
    const target = await start(
      {
        ...server(),
        formatStatus: () => {
          throw value
        },
      },
      undefined,
    )
    await sys.getStatus(target)
    cast(target, crash)
  },
  'thrown in terminate': async (value) => {
    const target = await start(
      {
        ...server(),
        terminate: () => {
          throw value
        },
      },
      undefined,
    )
    cast(target, crash)
  },
  'an exit reason': async (value) => exit(await started(), value),
  'an exit reason of a script': (value) => void spawn(() => exit(value)),
  'an exit reason for one that traps': async (value) => {
    const target = await start({ ...server(), init: trapping }, undefined)
    exit(target, value)
  },
  'a label': (value) => {
    setLabel(value)
    crash()
  },
  'a label of a server': async (value) =>
    cast(await start(server(), undefined, { label: value as string }), crash),
  'something owned': (value) => {
    own(value)
    disown(value)
    own(value)
  },
  'what close gives': (value) => {
    own({ close: () => value })
  },
  'what close throws': (value) => {
    own({
      close: () => {
        throw value
      },
    })
  },
  'what close rejects with': (value) => {
    own({ close: () => Promise.reject(value) })
  },
  'thrown in a start function': (value) =>
    supervised(() => {
      throw value
    }),
  'returned by a start function': (value) => supervised(() => value),
  'a reason that a supervisor tells': async (value) => {
    const top = await supervised(() => startLink(server(), undefined, { name: 'child' }))
    cast('child', () => {
      throw value
    })
    await currentKernel().settled()
    exit(top, 'shutdown')
  },
  'a message to a supervisor': async (value) => {
    const top = await supervised(() => startLink(server(), undefined))
    send(top, value)
    await currentKernel().settled()
    const alive = currentKernel().isAlive(top)
    exit(top, 'kill')
    expect(alive).toBe(true)
  },
  'the state of an agent': async (value) => {
    const agent = await Agent.start(() => value)
    cast(agent.target as Pid, value)
  },
  'an argument that is refused': (value) => {
    for (const refused of [
      () => send(value as Pid, 1),
      () => exit(value as Pid, 1),
      () => call(value as Pid, 1),
    ]) {
      // Whoever hands over such a thing is told so, or hears what it throws itself.
      spawn(refused)
    }
  },
}

function supervised(start: () => unknown): Promise<Pid> {
  const child = { id: 'child', start: start as () => Promise<Pid> }
  return startSupervisor({ children: [child], intensity: 3 }) as Promise<Pid>
}

const LONGEST_LINE = 60_000

/** Sends a value through a door, in a world with a log and an observer, and tells whether the others lived on. */
async function through(door: (value: unknown) => unknown, value: unknown): Promise<void> {
  const lines: string[] = []
  const logger = createLogger({
    level: 'debug',
    base: {},
    destination: { write: (line) => void lines.push(line) },
  })
  const kernel = new Kernel({ clock: new VirtualClock() })
  const log = logReporter(logger)
  const timeline = new Timeline(kernel, () => {})
  kernel.reportTo((report) => {
    log(report)
    timeline.note(report)
  })
  const other = await kernel.run(() => started(0))
  let failure: unknown
  kernel.spawn(async () => {
    // What became of it is the door's own affair.
    try {
      await door(value)
    } catch (error) {
      if (error instanceof Error && error.name === 'AssertionError') failure = error
    }
    processDetail(currentKernel().processes().at(-1) as Pid, 10)
  })
  await kernel.settled()
  await (kernel.clock as VirtualClock).advance(6_000)
  await kernel.settled()
  expect(await kernel.run(() => call(other, 'still there'))).toBe('still there')
  expect(failure).toBeUndefined()
  for (const line of lines) {
    expect(line.length).toBeLessThan(LONGEST_LINE)
    expect(typeof JSON.parse(line)).toBe('object')
  }
  expect(() => JSON.stringify(timeline.list(100))).not.toThrow()
}

describe.each(Object.entries(LOOKS))('looking with %s', (_, look) => {
  it.each(Object.entries(ALL))('does not throw: %s', (_, make) => {
    expect(() => look(make())).not.toThrow()
    expect(() => look({ inside: [make()] })).not.toThrow()
    expect(() => look(new Error('x', { cause: make() }))).not.toThrow()
  })
})

describe.each(Object.entries(DOORS))('a hostile value, %s', (_, door) => {
  it.each(Object.entries(ALL))('harms nobody: %s', async (_, make) => {
    await through(door, make())
  })
})

describe('hostile values inside others', () => {
  const leaf = fc.constantFrom(...Object.values(ALL))
  const wraps: readonly ((value: unknown) => unknown)[] = [
    (value) => ({ shutdown: value }),
    (value) => [value, value],
    (value) => new Map([[value, value]]),
    (value) => new Set([value]),
    (value) => new Error('outer', { cause: value }),
    (value) => new AggregateError([value], 'all'),
    (value) => Object.assign(new Error('x'), { details: value, code: value }),
    (value) => ({ password: value, [Symbol('s')]: value, nested: { value } }),
    (value) => new Proxy({ value }, {}),
    (value) => ({
      get it() {
        return value
      },
    }),
  ]
  it('do no harm either', async () => {
    await fc.assert(
      fc.asyncProperty(
        leaf,
        fc.array(fc.constantFrom(...wraps), { maxLength: 4 }),
        fc.constantFrom(...Object.values(DOORS)),
        async (make, around, door) => {
          const value = around.reduce<unknown>((inner, wrap) => wrap(inner), make())
          for (const look of Object.values(LOOKS)) look(value)
          await through(door, value)
        },
      ),
      { numRuns: 200 },
    )
  })
})
