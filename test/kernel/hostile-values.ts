/** Values that do their worst when they are looked at. */

class Unsayable extends Error {
  override get message(): string {
    throw new TypeError('no message')
  }
}

const fail = (): never => {
  throw new Error('a trap')
}

/** Every trap throws. */
function throwing(target: object = {}): object {
  return new Proxy(target, {
    get: fail,
    has: fail,
    ownKeys: fail,
    getPrototypeOf: fail,
    getOwnPropertyDescriptor: fail,
  })
}

function revoked(target: object = {}): object {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

/** New objects below new objects, for ever. */
function endless(): object {
  return { name: 'endless', below: new Proxy({}, { get: endless, ownKeys: () => ['below'] }) }
}

function cyclic(): Error {
  const error = new Error('a cycle')
  error.cause = Object.assign(new Error('the other'), { cause: error })
  return error
}

/** With an error's properties as getters that throw, one at a time. */
function errorWith(key: string, get: () => unknown): Error {
  return Object.defineProperty(new Error('x'), key, { get, configurable: true })
}

/** By name, each made anew. */
export const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'an error whose message throws': () => new Unsayable(),
  'an error whose name throws': () => errorWith('name', fail),
  'an error whose stack throws': () => errorWith('stack', fail),
  'an error whose code throws': () => errorWith('code', fail),
  'an error whose cause throws': () => errorWith('cause', fail),
  'an error whose message is a symbol': () => errorWith('message', () => Symbol('x')),
  'an error whose name is an object': () => errorWith('name', () => ({ toString: fail })),
  'an error whose stack is a number': () => errorWith('stack', () => 7),
  'an error whose constructor throws': () => errorWith('constructor', fail),
  'an error that is a cause of itself': cyclic,
  'an aggregate of proxies': () => Object.assign(new AggregateError([], 'all'), { errors: throwing([]) }),
  'an aggregate of hostile errors': () => new AggregateError([new Unsayable(), throwing(), revoked()]),
  'an aggregate of a revoked list': () => Object.assign(new AggregateError([]), { errors: revoked([]) }),
  'a proxy that throws': () => throwing(),
  'a proxy of an error that throws': () => throwing(new Error('x')),
  'a proxy of a function that throws': () => throwing(() => {}),
  'a revoked proxy': () => revoked(),
  'a revoked proxy of a list': () => revoked([]),
  'a symbol': () => Symbol('x'),
  'an object without a prototype': () => Object.create(null),
  'a toString that throws': () => ({ toString: fail, valueOf: fail }),
  'a toString that gives an object': () => ({ toString: () => ({}), [Symbol.toPrimitive]: () => ({}) }),
  'a toPrimitive that throws': () => ({ [Symbol.toPrimitive]: fail }),
  'a toJSON that throws': () => ({ toJSON: fail }),
  'a toStringTag that throws': () => Object.defineProperty({}, Symbol.toStringTag, { get: fail }),
  'an inspect that throws': () => ({ [Symbol.for('nodejs.util.inspect.custom')]: fail }),
  'a constructor that throws': () => Object.defineProperty({}, 'constructor', { get: fail }),
  'a constructor whose name throws': () => ({
    constructor: Object.defineProperty(() => {}, 'name', { get: fail }),
  }),
  'a function whose name is a symbol': () => Object.defineProperty(() => {}, 'name', { value: Symbol('x') }),
  'a getter that throws': () => Object.defineProperty({ a: 1 }, 'b', { get: fail, enumerable: true }),
  'getters without an end': endless,
  'a shutdown that throws': () => Object.defineProperty({}, 'shutdown', { get: fail, enumerable: true }),
  'a method that throws': () => Object.defineProperty({}, 'method', { get: fail, enumerable: true }),
  'a list with a length that lies': () =>
    new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 40 : undefined) }),
  'a map whose iterator throws': () =>
    Object.assign(new Map([[1, 2]]), { [Symbol.iterator]: fail, entries: fail }),
  'a date whose time throws': () => Object.assign(new Date(0), { getTime: fail, toISOString: fail }),
  'a date that is none': () => new Date(Number.NaN),
  'bytes whose length throws': () => Object.defineProperty(new Uint8Array(3), 'byteLength', { get: fail }),
  'a brand that throws': () => Object.defineProperty({}, Symbol.for('heartwood.error'), { get: fail }),
}

/** Something that has this `then`; a literal would be a slip anywhere else, which the linter knows. */
function withThen(then: unknown): object {
  return Object.fromEntries([['then', then]])
}

/** Those that are taken for a promise, or ask to be. */
export const THENABLES: Readonly<Record<string, () => unknown>> = {
  'a then that throws': () => withThen(fail),
  'a then that cannot be read': () => Object.defineProperty({}, 'then', { get: fail }),
  'a then that is there only once': () => {
    let looks = 0
    return Object.defineProperty({}, 'then', { get: () => (looks++ === 0 ? () => {} : fail()) })
  },
  'a then that rejects with a hostile value': () =>
    withThen((_: unknown, no: (error: unknown) => void) => no(throwing())),
  'a then that answers twice': () =>
    withThen((yes: (value: unknown) => void, no: (error: unknown) => void) => {
      yes(1)
      yes(2)
      no(new Error('late'))
      throw new Error('later')
    }),
}
