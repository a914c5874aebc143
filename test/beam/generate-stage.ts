/** Random servers and machines, and what is done to them. */
import type { Random } from './random.js'
import type { Term } from './scenario.js'
import type {
  Content,
  MachineAct,
  MachineEntry,
  MachineResult,
  MachineScenario,
  MachineState,
  ServerAct,
  ServerEntry,
  ServerResult,
  ServerScenario,
  StageOp,
} from './stage-scenario.js'

const CONTENTS: readonly Content[] = ['a', 'b', 'c']
const REASONS: readonly Term[] = ['normal', 'shutdown', ['shutdown', 'late'], 'boom']
const STATES: readonly MachineState[] = ['x', 'y']

export function generateServer(random: Random, id: string): ServerScenario {
  const keys = [
    ...['call', 'cast', 'info', 'continue'].flatMap((kind) =>
      CONTENTS.flatMap((content) => [0, 1].map((state) => `${kind}_${content}_${state}`)),
    ),
    'timeout_t_0',
    'timeout_t_1',
  ]
  const table = keys
    .filter(() => random.chance(75))
    .map(
      (on): ServerEntry => ({ on, acts: serverActs(random), ...serverResult(random, on.startsWith('call')) }),
    )
  const named = random.chance(50)
  return {
    id,
    kind: 'server',
    ...common(random),
    named,
    init: serverInit(random),
    table,
    ops: operations(random, named ? 8 : 0),
  }
}

export function generateMachine(random: Random, id: string): MachineScenario {
  const enters = random.chance(50)
  const kinds = ['call', 'cast', 'info', 'internal', 'state_timeout', 'timeout', 'one', 'two', 'later']
  const keys = kinds.flatMap((kind) =>
    CONTENTS.flatMap((content) => STATES.map((state) => `${kind}_${content}_${state}`)),
  )
  const table = keys
    .filter(() => random.chance(70))
    .map((on): MachineEntry => ({ on, ...machineResult(random, on.startsWith('call')) }))
  if (enters) {
    for (const state of STATES) {
      if (random.chance(60)) table.push({ on: `enter_e_${state}`, ...enterResult(random) })
    }
  }
  return {
    id,
    kind: 'machine',
    ...common(random),
    named: random.chance(50),
    enters,
    init: machineInit(random),
    table,
    ops: operations(random, 0),
  }
}

function common(random: Random) {
  const ending = random.weighted({ ok: 90, error: 5, exit: 5 })
  return { trap: random.chance(50), linked: random.chance(60), ending }
}

function operations(random: Random, multi: number): StageOp[] {
  return Array.from({ length: random.between(3, 14) }, (_, index) => operation(random, index, multi))
}

function operation(random: Random, index: number, multi: number): StageOp {
  const op = random.weighted({
    call: 34,
    cast: 20,
    info: 12,
    multi,
    get_state: 8,
    replace_state: 4,
    suspend: 3,
    resume: 6,
    sleep: 2,
    stop: 2,
    signal: 2,
    parent_signal: 2,
    kill_client: 5,
  })
  if (op === 'call' || op === 'cast' || op === 'info' || op === 'multi')
    return { op, content: random.pick(CONTENTS) }
  if (op === 'replace_state') return { op, state: random.pick(STATES), data: random.below(2) }
  if (op === 'kill_client') return { op, client: random.below(index + 1) }
  if (op === 'stop' || op === 'signal' || op === 'parent_signal') return { op, reason: random.pick(REASONS) }
  return { op }
}

function serverInit(random: Random): ServerResult {
  if (random.chance(92)) return { ret: 'noreply', state: random.below(2), ...next(random) }
  return random.pick<ServerResult>([
    { ret: 'stop', reason: random.pick(REASONS) } as ServerResult,
    { ret: 'ignore' },
    { ret: 'bad' },
    { ret: 'error', reason: 'boom' },
    { ret: 'exit', reason: random.pick(REASONS) },
  ])
}

function next(random: Random) {
  const kind = random.weighted({ none: 70, zero: 6, soon: 4, never: 4, continue: 16 })
  return kind === 'continue' ? { next: kind, arg: random.pick(CONTENTS) } : { next: kind }
}

function serverActs(random: Random): ServerAct[] {
  return Array.from(
    { length: random.weighted({ '0': 60, '1': 30, '2': 10 }).length === 0 ? 0 : random.below(3) },
    () => {
      const act = random.weighted({ answer: 60, send: 20, cast: 20 })
      return act === 'answer' ? { act, value: random.below(10) } : { act, content: random.pick(CONTENTS) }
    },
  )
}

function serverResult(random: Random, isCall: boolean): ServerResult {
  const state = random.below(2)
  const ret = random.weighted({
    reply: isCall ? 50 : 1,
    noreply: isCall ? 30 : 85,
    stop: 4,
    stop_reply: isCall ? 4 : 1,
    bad: 1,
    error: 2,
    exit: 2,
  })
  const [value, reason] = [random.below(10), random.pick(REASONS)]
  if (ret === 'reply') return { ret, value, state, ...next(random) }
  if (ret === 'noreply') return { ret, state, ...next(random) }
  if (ret === 'stop') return { ret, reason, state }
  if (ret === 'stop_reply') return { ret, reason, value, state }
  if (ret === 'bad') return { ret }
  return { ret, reason: ret === 'error' ? 'boom' : reason }
}

function machineInit(random: Random): MachineResult {
  if (random.chance(93)) {
    const actions = timers(random, random.chance(30) ? 1 : 0)
    return { ret: 'keep', state: random.pick(STATES), data: 0, actions }
  }
  return random.pick<MachineResult>([
    { ret: 'stop', reason: random.pick(REASONS), data: 'same' },
    { ret: 'ignore' },
    { ret: 'bad' },
    { ret: 'error', reason: 'boom' },
    { ret: 'exit', reason: random.pick(REASONS) },
  ])
}

function machineResult(random: Random, isCall: boolean): MachineResult {
  const ret = random.weighted({
    next: 45,
    keep: 35,
    repeat: 8,
    stop: 2,
    stop_reply: 2,
    bad: 1,
    error: 1,
    exit: 1,
  })
  const data = random.chance(40) ? random.below(3) : ('same' as const)
  const reason = random.pick(REASONS)
  if (ret === 'stop') return { ret, reason, data }
  if (ret === 'stop_reply') return { ret, reason, value: random.below(10), data }
  if (ret === 'bad') return { ret }
  if (ret === 'error' || ret === 'exit') return { ret, reason: ret === 'error' ? 'boom' : reason }
  const actions = machineActs(random, isCall)
  return ret === 'next' ? { ret, state: random.pick(STATES), data, actions } : { ret, data, actions }
}

function machineActs(random: Random, isCall: boolean): MachineAct[] {
  const acts: MachineAct[] = []
  if (random.chance(18)) acts.push({ act: 'postpone' })
  else if (random.chance(isCall ? 60 : 20)) acts.push({ act: 'reply', value: random.below(10) })
  for (let count = random.below(3); count > 0; count--) {
    if (random.chance(40)) {
      const type = random.weighted({ internal: 60, cast: 20, info: 20 })
      acts.push({ act: 'next', type, content: random.pick(CONTENTS) })
    } else acts.push(...timers(random, 1))
  }
  return acts
}

function enterResult(random: Random): MachineResult {
  const ret = random.weighted({ keep: 92, stop: 4, error: 2, bad: 2 })
  if (ret === 'stop') return { ret, reason: random.pick(REASONS), data: 'same' }
  if (ret === 'error') return { ret, reason: 'boom' }
  if (ret === 'bad') return { ret }
  return { ret, data: random.chance(40) ? random.below(3) : 'same', actions: timers(random, random.below(2)) }
}

function timers(random: Random, count: number): MachineAct[] {
  return Array.from({ length: count }, () => {
    const content = random.pick(CONTENTS)
    // Of one that is never set to zero: a gen_statem of OTP 25 fails with `badarg` where such a one takes its place.
    if (random.chance(8)) return { act: 'timer', timer: 'later', time: 'soon', content }
    return {
      act: 'timer',
      timer: random.pick(['state_timeout', 'timeout', 'one', 'two'] as const),
      time: random.weighted({ zero: 45, never: 20, update: 15, cancel: 20 }),
      content,
    }
  })
}
