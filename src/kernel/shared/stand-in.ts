import { Given } from '../context/private-brand.js'

/** Written on a proxy of ours: who answers for it. */
class Answerer extends Given {
  readonly #handler: object

  constructor(proxy: object, handler: object) {
    super(proxy)
    this.#handler = handler
  }

  static of(value: object): object | undefined {
    return #handler in value ? value.#handler : undefined
  }
}

/** A proxy whose handler is told from outside. */
export function standIn(target: object, handler: ProxyHandler<object>): object {
  const made = new Proxy(target, handler)
  new Answerer(made, handler)
  return made
}

/** The handler of a stand-in; undefined for any other value. */
export function handlerOf(value: unknown): object | undefined {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? Answerer.of(value)
    : undefined
}

/** A target with nothing that a stand-in would have to show as its own: it can be called and made. */
export function emptyFunction(): object {
  const made = function none(): void {}.bind(undefined)
  for (const key of Reflect.ownKeys(made)) Reflect.deleteProperty(made, key)
  return made
}
