import { Given } from '../context/private-brand.js'

/** The mark on our proxies: their handler. */
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

/** Makes a proxy whose handler can be found by `handlerOf`. */
export function standIn(target: object, handler: ProxyHandler<object>): object {
  const made = new Proxy(target, handler)
  new Answerer(made, handler)
  return made
}

/** Returns the handler of a stand-in; `undefined` for any other value. */
export function handlerOf(value: unknown): object | undefined {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? Answerer.of(value)
    : undefined
}

/** Makes a target without properties that a stand-in would have to show as its own. It can be called and constructed. */
export function emptyFunction(): object {
  const made = function none(): void {}.bind(undefined)
  for (const key of Reflect.ownKeys(made)) Reflect.deleteProperty(made, key)
  return made
}
