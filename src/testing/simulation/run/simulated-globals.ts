/** What Node gives every program, in a simulation: chance by the seed, time by the virtual clock. */
import crypto from 'node:crypto'
import { currentKernel, currentPid, SteppedKernel } from '../../../kernel/index.js'
import { installFakeTimers } from '../../time/fake-global-timers.js'
import type { StandIns } from '../../time/replacements.js'
import type { StandingClock } from '../../time/virtual-timer-queue.js'
import { ownMachine } from './simulated-machine.js'
import type { Simulation } from './simulation.js'

function randomBytesOf(simulation: Simulation, bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(simulation.random() * 256)
  return bytes
}

function randomUuidOf(simulation: Simulation): string {
  const bytes = randomBytesOf(simulation, new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

type Done = (error: null, value: unknown) => void

/** Some of these can be asked with a callback, which gets the answer a moment later. */
function told<T>(value: T, done: Done | undefined): T {
  if (done !== undefined) queueMicrotask(() => done(null, value))
  return value
}

type Bytes = ArrayBuffer | SharedArrayBuffer | NodeJS.ArrayBufferView
type FillSync = (into: Bytes, offset?: number, size?: number) => unknown
type Fill = (into: Bytes, ...args: (number | Done)[]) => unknown

/** Fills the part that is asked for, which is counted in the elements of `into`. */
function fillPart(
  simulation: Simulation,
  real: FillSync,
  into: Bytes,
  offset: number | undefined,
  size: number | undefined,
): void {
  const { BYTES_PER_ELEMENT: unit = 1 } = into as { BYTES_PER_ELEMENT?: number }
  const from = (offset ?? 0) * unit
  const bytes = size === undefined ? into.byteLength - from : size * unit
  const isPart = Number.isInteger(from) && Number.isInteger(bytes) && from >= 0 && bytes >= 0
  // Node says what is wrong.
  if (!isPart || !(from + bytes <= into.byteLength)) return void real(into, offset, size)
  const isView = ArrayBuffer.isView(into)
  randomBytesOf(
    simulation,
    new Uint8Array(isView ? into.buffer : into, (isView ? into.byteOffset : 0) + from, bytes),
  )
}

function ownChance(standIns: StandIns, simulation: Simulation): void {
  const fill = (into: ArrayBufferView): ArrayBufferView => {
    randomBytesOf(simulation, new Uint8Array(into.buffer, into.byteOffset, into.byteLength))
    return into
  }
  const uuid = (): string => randomUuidOf(simulation)
  standIns.method(Math, 'random', () => () => simulation.random())
  standIns.method(globalThis.crypto, 'randomUUID', () => uuid)
  standIns.method(globalThis.crypto, 'getRandomValues', () => fill)
  standIns.method(crypto, 'randomUUID', () => uuid)
  standIns.method(
    crypto,
    'randomBytes',
    () => (size: number, done?: Done) =>
      told(Buffer.from(randomBytesOf(simulation, new Uint8Array(size))), done),
  )
  standIns.method<FillSync>(crypto, 'randomFillSync', (real) => (into, offset, size) => {
    fillPart(simulation, real, into, offset, size)
    return into
  })
  standIns.method<Fill>(crypto, 'randomFill', (real) => (into: Bytes, ...args: (number | Done)[]) => {
    const done = args.find((arg) => typeof arg === 'function')
    // What is no callback is refused by Node.
    if (done === undefined) return real(into, ...args)
    const [offset, size] = args.filter((arg) => typeof arg === 'number')
    fillPart(simulation, crypto.randomFillSync as FillSync, into, offset, size)
    told(into, done)
  })
  standIns.method(crypto, 'randomInt', () => (...args: (number | Done)[]) => {
    const [first = 0, second] = args.filter((arg) => typeof arg === 'number')
    const [low, high] = second === undefined ? [0, first] : [first, second]
    const done = args.find((arg) => typeof arg === 'function')
    return told(low + Math.floor(simulation.random() * (high - low)), done)
  })
}

/**
 * Milliseconds of `performance.now()` and `process.uptime()` at the start of a run: the program was loaded before. Packages take 0 for a time
 * that was not set.
 */
const STARTED = 1_000

/** Resolves when nobody has them any more: they can be those of one run at a time. */
let given = Promise.resolve()

/** Makes Node's own sources of chance and time those of a simulation, until disposed of. */
export async function ownGlobals(simulation: Simulation): Promise<Disposable> {
  const free = given
  let giveBack = (): void => {}
  given = new Promise((resolve) => {
    giveBack = resolve
  })
  await free
  /** The kernel whose code asks: that of a node has a clock of its own. Invariants are of no process. */
  const kernelThatAsks = (): SteppedKernel | undefined => {
    const kernel = currentPid() === undefined ? undefined : currentKernel()
    if (kernel instanceof SteppedKernel && simulation.isOf(kernel)) return kernel
    return simulation.asking ? simulation.kernel : undefined
  }
  const kernel = (): SteppedKernel => kernelThatAsks() ?? simulation.kernel
  const clock: StandingClock = {
    now: () => STARTED + kernel().clock.now(),
    wallTime: () => kernel().clock.wallTime(),
    get origin() {
      return kernel().clock.origin - STARTED
    },
    setAlarm: (alarm, at) => kernel().clock.setAlarm(alarm, at - STARTED),
    clearAlarm: (alarm) => kernel().clock.clearAlarm(alarm),
    leave: (alarm) => kernel().clock.leave(alarm),
  }
  // They are steps like the kernel's own, and end with it.
  const timers = { set: (ms: number, run: () => void) => kernel().runAfter(ms, run), clear: () => {} }
  let putInPlace: StandIns | undefined
  // Other code of the program, such as a pool or a test that runs at the same time, keeps what is Node's.
  const owned = installFakeTimers(
    clock,
    () => kernelThatAsks() !== undefined,
    timers,
    (standIns) => {
      putInPlace = standIns
      ownChance(standIns, simulation)
      ownMachine(standIns, clock)
    },
  )
  return {
    [Symbol.dispose]: () => {
      // What the program has put in the place of one of them ends with it.
      putInPlace?.reclaim()
      owned[Symbol.dispose]()
      giveBack()
    },
  }
}
