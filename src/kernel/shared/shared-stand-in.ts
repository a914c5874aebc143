import type { Callable, Crossing } from './crossing.js'
import { ObjectStandIn } from './object-stand-in.js'
import { handlerOf } from './stand-in.js'

/** Returns the thing behind a stand-in; any other value unchanged. */
export function sharedOriginal(value: unknown): unknown {
  const handler = handlerOf(value)
  return handler instanceof Thing ? handler.thing : value
}

/** Makes the stand-in of a thing for the processes that share it. */
export function standInOf(thing: object, crossing: Crossing): object {
  return new Thing(thing, crossing).standIn
}

class Thing extends ObjectStandIn {
  constructor(
    thing: object,
    private readonly crossing: Crossing,
  ) {
    super(thing)
  }

  apply(_: object, self: unknown, args: readonly unknown[]): unknown {
    return this.crossing.call(this.thing as Callable, self, args)
  }

  construct(_: object, args: readonly unknown[], newTarget: object): object {
    return this.crossing.construct(this.thing as Callable, args, newTarget as Callable)
  }

  protected read(key: PropertyKey): unknown {
    // A getter is code of the thing, and runs at its home.
    return this.crossing.out(this.crossing.atHome(() => Reflect.get(this.thing, key)))
  }

  protected write(value: unknown, act: (entered: unknown) => boolean): boolean {
    const handed = this.crossing.handed(value)
    return this.crossing.atHome(() => act(handed))
  }
}
