/** What Node gives every program, in a simulation: chance by the seed, time by the virtual clock. */
import crypto from 'node:crypto'
import { currentKernel, currentPid } from '../../../kernel/index.js'
import { installFakeTimers } from '../../time/fake-global-timers.js'
import type { StandIns } from '../../time/replacements.js'
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
  standIns.method(crypto, 'randomInt', () => (...args: (number | Done)[]) => {
    const [first = 0, second] = args.filter((arg) => typeof arg === 'number')
    const [low, high] = second === undefined ? [0, first] : [first, second]
    const done = args.find((arg) => typeof arg === 'function')
    return told(low + Math.floor(simulation.random() * (high - low)), done)
  })
}

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
  // Other code of the program, such as a pool or a test that runs at the same time, keeps what is Node's.
  const isMeant = (): boolean =>
    simulation.asking || (currentPid() !== undefined && simulation.isOf(currentKernel()))
  const { kernel } = simulation
  // They are steps like the kernel's own, and end with it.
  const timers = { set: (ms: number, run: () => void) => kernel.runAfter(ms, run), clear: () => {} }
  const owned = installFakeTimers(kernel.clock, isMeant, timers, (standIns) =>
    ownChance(standIns, simulation),
  )
  return {
    [Symbol.dispose]: () => {
      owned[Symbol.dispose]()
      giveBack()
    },
  }
}
