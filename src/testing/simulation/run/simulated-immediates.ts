/** Turns of Node's event loop in a simulation: what a process sets for the next one is a step of its own, which others may come before. */
import { AsyncResource } from 'node:async_hooks'
import timersModule from 'node:timers'
import promisesModule from 'node:timers/promises'
import { promisify } from 'node:util'
import { currentKernel, currentPid, SteppedKernel } from '../../../kernel/index.js'
import { Lease } from '../../time/counted-replacement.js'
import { callContained } from '../../time/fake-timeout-object.js'
import { promisedTimers } from '../../time/fake-timers-promises.js'
import { StandIns } from '../../time/replacements.js'

type Callback = (this: unknown, ...args: unknown[]) => unknown

/** What `setImmediate` gives in a simulation: Node's `Immediate`. */
class SteppedImmediate {
  readonly #scope = new AsyncResource('SteppedImmediate', { requireManualDestroy: true })
  #run: (() => void) | undefined
  #held = true

  constructor(kernel: SteppedKernel, run: (immediate: SteppedImmediate) => void) {
    this.#run = () => run(this)
    kernel.later('immediate', () => this.#scope.runInAsyncScope(() => this.#run?.()))
  }

  close(): void {
    this.#run = undefined
  }

  ref(): this {
    this.#held = true
    return this
  }

  unref(): this {
    this.#held = false
    return this
  }

  hasRef(): boolean {
    return this.#held
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** The kernel whose code asks, if it is one whose steps are chosen. */
function steppedKernel(): SteppedKernel | undefined {
  const kernel = currentPid() === undefined ? undefined : currentKernel()
  return kernel instanceof SteppedKernel ? kernel : undefined
}

function install(): StandIns {
  const standIns = new StandIns()
  const real = promisesModule.setImmediate
  const { setTimeout: promised } = promisedTimers((run) => {
    const immediate = new SteppedImmediate(steppedKernel() as SteppedKernel, run)
    return () => immediate.close()
  }, promisesModule)
  const wait = (value?: unknown, options?: object): unknown =>
    steppedKernel() === undefined ? real(value, options) : promised(undefined, value, options)
  for (const holder of [globalThis, timersModule]) {
    const standIn = standIns.method(
      holder,
      'setImmediate',
      (original) =>
        (run: Callback, ...args: unknown[]) => {
          const kernel = steppedKernel()
          if (kernel === undefined || typeof run !== 'function')
            return Reflect.apply(original, undefined, [run, ...args] as never)
          return new SteppedImmediate(kernel, (immediate) =>
            callContained(() => Reflect.apply(run, immediate, args)),
          )
        },
    )
    Object.defineProperty(standIn, promisify.custom, { value: wait })
    standIns.method(holder, 'clearImmediate', (original) => (immediate: unknown) => {
      if (immediate instanceof SteppedImmediate) immediate.close()
      else Reflect.apply(original, undefined, [immediate as never])
    })
  }
  standIns.method(promisesModule, 'setImmediate', () => wait as never)
  const { scheduler } = promisesModule
  standIns.method<Callback>(
    scheduler,
    'yield',
    (real) =>
      function (this: unknown) {
        return this === scheduler ? wait() : real.call(this)
      },
  )
  return standIns.complete()
}

let inPlace: StandIns | undefined

const lease = new Lease(() => {
  inPlace = install()
  return inPlace
})

/** Has immediates be steps, until disposed of; what the program has put in their place ends with it. */
export function stepImmediates(): Disposable {
  const held = lease.hold()
  return {
    [Symbol.dispose]: () => {
      inPlace?.reclaim()
      held[Symbol.dispose]()
    },
  }
}
