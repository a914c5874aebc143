/** What Node gives every program, in a simulation: chance by the seed, time by the virtual clock. */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { currentKernel, currentPid, type Kernel } from '../../../kernel/index.js'
import { installFakeTimers } from '../../time/fake-global-timers.js'
import type { Simulation } from './simulation.js'

type Anything = (...args: never[]) => unknown

const simulations = new Map<Kernel, Simulation>()

/** The simulation whose code asks. */
function asking(): Simulation | undefined {
  return currentPid() === undefined ? undefined : simulations.get(currentKernel())
}

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

/** Puts `instead` in the place of a function, for code of a simulation. Returns what puts it back. */
function replace(
  owner: object,
  name: string,
  instead: (simulation: Simulation, ...args: never[]) => unknown,
): () => void {
  const holder = owner as Record<string, Anything>
  const original = holder[name] as Anything
  const replaced = function (this: unknown, ...args: never[]): unknown {
    const simulation = asking()
    return simulation === undefined ? original.apply(this, args) : instead(simulation, ...args)
  }
  // What `util.promisify` and others look for.
  Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original))
  holder[name] = replaced as Anything
  return () => {
    holder[name] = original
  }
}

type Done = (error: null, value: unknown) => void

/** Some of these can be asked with a callback, which gets the answer a moment later. */
function told<T>(value: T, done: Done | undefined): T {
  if (done !== undefined) queueMicrotask(() => done(null, value))
  return value
}

function replaceAll(): (() => void)[] {
  const random = (simulation: Simulation): number => simulation.random()
  const fill = (simulation: Simulation, into: ArrayBufferView): ArrayBufferView => {
    randomBytesOf(simulation, new Uint8Array(into.buffer, into.byteOffset, into.byteLength))
    return into
  }
  const backs = [
    replace(Math, 'random', random),
    replace(globalThis.crypto, 'randomUUID', randomUuidOf),
    replace(globalThis.crypto, 'getRandomValues', fill),
    replace(crypto, 'randomUUID', randomUuidOf),
    replace(crypto, 'randomBytes', (simulation, size: number, done?: Done) =>
      told(Buffer.from(randomBytesOf(simulation, new Uint8Array(size))), done),
    ),
    replace(crypto, 'randomInt', (simulation, ...args: (number | Done)[]) => {
      const [first = 0, second] = args.filter((arg) => typeof arg === 'number')
      const [low, high] = second === undefined ? [0, first] : [first, second]
      const done = args.find((arg) => typeof arg === 'function')
      return told(low + Math.floor(simulation.random() * (high - low)), done)
    }),
  ]
  syncBuiltinESMExports()
  return backs
}

/** Resolves when nobody has them any more: they can be those of one run at a time. */
let given = Promise.resolve()

/** Makes Node's own sources of chance and time those of a simulation, until disposed of. */
export async function ownGlobals(kernel: Kernel, simulation: Simulation): Promise<Disposable> {
  const free = given
  let giveBack = (): void => {}
  given = new Promise((resolve) => {
    giveBack = resolve
  })
  await free
  simulations.set(kernel, simulation)
  const putBack = replaceAll()
  const timers = installFakeTimers(simulation.kernel.clock)
  return {
    [Symbol.dispose]: () => {
      timers[Symbol.dispose]()
      for (const back of putBack.reverse()) back()
      syncBuiltinESMExports()
      simulations.delete(kernel)
      giveBack()
    },
  }
}
