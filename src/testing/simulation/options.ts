import {
  checkKnown,
  currentKernel,
  currentPid,
  type DeliveryOrder,
  isRevoked,
  type MessageIsolation,
  SteppedKernel,
} from '../../kernel/index.js'
import { simulationError } from './errors.js'

/** The options of all runs. */
export interface RunOptions {
  /** The number of steps after which a run without an end fails. Default 10,000. */
  readonly maxSteps?: number
  /**
   * `'pairs'`, the default: messages from one process to another arrive in order, and nothing else is guaranteed, as OTP
   * promises. `'ordered'`: all messages arrive in the order of sending, as inside one kernel.
   */
  readonly delivery?: DeliveryOrder
  /** `'fail'`, the default: a crash of a process fails the run. `'allow'`: crashes are part of the program. */
  readonly crashes?: 'fail' | 'allow'
  /** How messages are passed. Default `'freeze'`. */
  readonly messages?: MessageIsolation
  /** Whether the simulation controls Math.random, Date, crypto's random values and Node's timers. Default false. */
  readonly globals?: boolean
  /**
   * The assumed longest duration of a step, in milliseconds of virtual time. A time-out can come while other processes work
   * when the steps since it was set could have taken that long. Default 10; for the exhaustive search 0: then
   * time passes only when no process has anything else to do.
   */
  readonly stepTime?: number
  /**
   * Whether other processes can run where code awaits an already settled promise, as in a normal kernel. Default false: such code continues
   * in the same step. An exhaustive search then makes all orders, without leaving any out.
   */
  readonly betweenAwaits?: boolean
  /** The highest number of installed faults (`faults()`) that the schedule may let strike in a run. Default 2. */
  readonly faults?: number
  /** `'fail'`, the default: a process that starts I/O or one of Node's timers fails the run. */
  readonly outside?: 'fail' | 'allow'
}

/** @throws SIMULATION_OPTION unless it holds */
export function demand(
  holds: boolean,
  action: string,
  option: string,
  value: unknown,
  expected: string,
): asserts holds {
  if (!holds) throw simulationError('SIMULATION_OPTION', { action, option, value, expected })
}

export function checkSeed(action: string, seed: unknown): void {
  demand(Number.isSafeInteger(seed), action, 'seed', seed, 'a whole number')
}

export function checkCount(action: string, option: string, value: unknown, least: number): void {
  const isCount = value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)
  demand(isCount, action, option, value, `a whole number from ${least}`)
}

export function checkOneOf(action: string, option: string, value: unknown, known: readonly unknown[]): void {
  const isOne = value === undefined || known.includes(value)
  demand(isOne, action, option, value, known.map((each) => JSON.stringify(each)).join(' or '))
}

/** One simulation cannot run in the steps of another. @throws SIMULATION_NESTED */
function checkNotNested(action: string): void {
  const pid = currentPid()
  const kernel = currentKernel()
  if (pid === undefined || !(kernel instanceof SteppedKernel)) return
  throw simulationError('SIMULATION_NESTED', { action, process: kernel.titleOf(pid) })
}

/** @param options as they were given, before anything is taken out of them */
export function checkProgram(action: string, options: unknown, program: unknown): void {
  checkNotNested(action)
  if (typeof program !== 'function') {
    const expected = `a function, given after the options, as in ${action}({}, async () => { … })`
    throw simulationError('SIMULATION_OPTION', { action, option: 'program', value: program, expected })
  }
  if (typeof options === 'object' && options !== null && !isRevoked(options)) return
  const expected = `an object, given before the program, as in ${action}({}, async () => { … })`
  throw simulationError('SIMULATION_OPTION', { action, option: 'options', value: options, expected })
}

const RUN_OPTIONS: readonly (keyof RunOptions)[] = [
  'maxSteps',
  'stepTime',
  'delivery',
  'crashes',
  'outside',
  'messages',
  'globals',
  'betweenAwaits',
  'faults',
]

/** @param own what the action itself has taken of what it was given */
export function checkRunOptions(action: string, options: RunOptions, own: readonly string[]): void {
  checkKnown(action, options, [...own, ...RUN_OPTIONS])
  checkCount(action, 'maxSteps', options.maxSteps, 1)
  checkCount(action, 'stepTime', options.stepTime, 0)
  checkCount(action, 'faults', options.faults, 0)
  checkOneOf(action, 'delivery', options.delivery, ['pairs', 'ordered'])
  checkOneOf(action, 'crashes', options.crashes, ['fail', 'allow'])
  checkOneOf(action, 'outside', options.outside, ['fail', 'allow'])
  checkOneOf(action, 'messages', options.messages, ['freeze', 'clone', 'share'])
  checkOneOf(action, 'globals', options.globals, [true, false])
  checkOneOf(action, 'betweenAwaits', options.betweenAwaits, [true, false])
}
