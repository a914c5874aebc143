/** What a test puts in the place of Node's own, for as long as it runs. */
import { completeNamedImports } from '../../guards/index.js'

/** A property that has a stand-in: what was there before, and what is. Several may stand on each other. */
interface Layer {
  before: PropertyDescriptor | undefined
  readonly own: PropertyDescriptor
}

const layers = new WeakMap<object, Map<string, Layer[]>>()

function layersOf(holder: object, key: string): Layer[] {
  const all = layers.get(holder) ?? new Map<string, Layer[]>()
  layers.set(holder, all)
  const known = all.get(key) ?? []
  all.set(key, known)
  return known
}

const isIn = (there: PropertyDescriptor | undefined, { own }: Layer): boolean =>
  there?.value === own.value && there?.get === own.get

type Anything = (this: unknown, ...args: never[]) => unknown

/**
 * Stand-ins for methods and properties of others. Whoever has kept one when they are taken back, as a module that was loaded meanwhile
 * or another library that fakes the same, has what was there before from then on.
 */
export class StandIns implements Disposable {
  readonly #undo: (() => void)[] = []
  readonly #again: (() => void)[] = []
  readonly #isMeant: () => boolean
  #inUse = true

  /** @param isMeant whether they are for the code that asks; default all */
  constructor(isMeant = () => true) {
    this.#isMeant = isMeant
  }

  /** Whether they were not taken back: another may hold one that was, and give it back to everybody. */
  get inUse(): boolean {
    return this.#inUse
  }

  /** Whether they act, for the code that asks. */
  get act(): boolean {
    return this.#inUse && this.#isMeant()
  }

  /**
   * @param instead is given what was there
   * @param forAll whoever asks, where what is handed in tells whether it is meant: one cleans up what another has made
   */
  method<F extends Anything>(
    holder: object,
    key: string,
    instead: (original: F) => Anything,
    forAll = false,
  ): F {
    const original = (holder as Record<string, F>)[key] as F
    const acting = instead(original)
    const standIns = this
    function standIn(this: unknown, ...args: never[]): unknown {
      const acts = forAll ? standIns.inUse : standIns.act
      return Reflect.apply(acts ? acting : original, this, args)
    }
    // Its name and length, and what `util.promisify` makes of it.
    for (const property of Reflect.ownKeys(original)) {
      const described = Object.getOwnPropertyDescriptor(original, property)
      if (property !== 'prototype')
        Object.defineProperty(standIn, property, { ...described, configurable: true })
    }
    this.property(holder, key, { value: standIn, writable: true })
    return standIn as Anything as F
  }

  property(holder: object, key: string, descriptor: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(holder, key)
    const enumerable = before?.enumerable ?? true
    const layer: Layer = { before, own: { configurable: true, enumerable, ...descriptor } }
    const all = layersOf(holder, key)
    all.push(layer)
    Object.defineProperty(holder, key, layer.own)
    this.#again.push(() => {
      if (all.at(-1) === layer) Object.defineProperty(holder, key, layer.own)
    })
    this.#undo.push(() => {
      const above = all[all.indexOf(layer) + 1]
      all.splice(all.indexOf(layer), 1)
      // What stands on it gives back what was under it.
      if (above !== undefined) above.before = layer.before
      // Somebody else has put his own there since: he takes it back.
      else if (isIn(Object.getOwnPropertyDescriptor(holder, key), layer)) {
        if (layer.before === undefined) Reflect.deleteProperty(holder, key)
        else Object.defineProperty(holder, key, layer.before)
      }
    })
  }

  /** They are in place: so that what was imported by name from Node's modules has them, too. */
  complete(): this {
    completeNamedImports()
    return this
  }

  /** Puts them in place again, where others were put there since: those who did are gone, and would leave theirs to everybody. */
  reclaim(): void {
    for (const put of this.#again) put()
  }

  [Symbol.dispose](): void {
    this.#inUse = false
    for (const undo of this.#undo.reverse()) undo()
    completeNamedImports()
  }
}
