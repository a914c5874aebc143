/**
 * What a bindings function did, to be done again without running it. The plan has to run it to know what is bound, and
 * what it makes on the way, as `toConstantValue(new DiskStore())`, would otherwise be made twice.
 */

/** One call, by the number of the call whose result it was made on; of the container itself none. */
interface Deed {
  readonly on: number | undefined
  readonly method: PropertyKey
  readonly args: readonly unknown[]
}

type Methods = Record<PropertyKey, (...args: unknown[]) => unknown>

export class Recording {
  readonly #deeds: Deed[] = []
  /** What was given out, by the number of the call that it came of: it may be an argument of a later one. */
  readonly #given = new WeakMap<object, number>()

  /** The same, with each call of a method noted, and those on what it returns. */
  of<T extends object>(target: T): T {
    return this.#noting(target, undefined)
  }

  /** Does it all to another. */
  replay(target: object): void {
    const results: unknown[] = []
    for (const { on, method, args } of this.#deeds) {
      const object = (on === undefined ? target : results[on]) as Methods
      const given = args.map((each) => {
        const deed = this.#given.get(each as object)
        return deed === undefined ? each : results[deed]
      })
      results.push(object[method]?.(...given))
    }
  }

  #noting<T extends object>(target: T, on: number | undefined): T {
    const noting = new Proxy(target, {
      get: (_, method) => {
        const member: unknown = Reflect.get(target, method)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => {
          const result: unknown = Reflect.apply(member, target, args)
          // Afterwards: what was refused and caught is not done again.
          const deed = this.#deeds.push({ on, method, args }) - 1
          return typeof result === 'object' && result !== null ? this.#noting(result, deed) : result
        }
      },
    })
    if (on !== undefined) this.#given.set(noting, on)
    return noting
  }
}
