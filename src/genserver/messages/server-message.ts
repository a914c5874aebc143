import { type Envelope, portable, read, type SelfEnvelope } from '../../kernel/index.js'

/**
 * The envelopes that tell a server's kinds of message apart. A class each: `instanceof` on them is the loop's
 * dispatch, and a plain message that merely looks like one cannot be taken for it.
 */

/** `cast(server, request)`. */
export class PlainCast implements SelfEnvelope {
  next: Envelope | undefined = undefined
  prev: Envelope | undefined = undefined
  taken = false

  constructor(public request: unknown) {}

  get message(): this {
    return this
  }

  isolate(isolate: <T>(content: T) => T): void {
    this.request = isolate(this.request)
  }
}

/** `ref.cast.method(…args)`: the method, the arguments and the envelope in one object, since each such cast makes one. */
export class MethodCast implements SelfEnvelope {
  next: Envelope | undefined = undefined
  prev: Envelope | undefined = undefined
  taken = false

  constructor(
    readonly method: string,
    public args: readonly unknown[],
    /** The casts of the class that the sender meant: `method` is one of them. */
    readonly table: ReadonlySet<string>,
  ) {}

  get message(): this {
    return this
  }

  /** For whoever looks at it; the class form is handed the cast itself. */
  get request(): MethodCall {
    return new MethodCall(this.method, this.args)
  }

  isolate(isolate: <T>(content: T) => T): void {
    this.args = isolate(this.args)
  }
}

/** A cast, of either form. */
export type CastMessage = PlainCast | MethodCast

export function isCast(message: unknown): message is CastMessage {
  return message instanceof MethodCast || message instanceof PlainCast
}

/**
 * In place of a message that cannot be asked for its class, such as a draft of Immer after its producer is done: a proxy
 * that was revoked, or throws. Its receiver gets this, and lives.
 */
export class UnreadableMessage {
  toString(): string {
    return '[unreadable message: a proxy that was revoked, or throws]'
  }
}

/** The message, where its class can be asked for. */
export function askable(message: unknown): unknown {
  try {
    isCast(message)
    return message
  } catch {
    return new UnreadableMessage()
  }
}

/** A call or cast of a class-form server: which method, with which arguments. */
export class MethodCall {
  readonly #meant: string | undefined

  /** @param meant the name of the class that the caller meant, where one is known */
  constructor(
    readonly method: string,
    readonly args: readonly unknown[],
    meant: string | undefined = undefined,
  ) {
    this.#meant = meant
  }

  /** Told by a private field, not by `instanceof`: a request is anybody's value, and may be a proxy that throws. */
  static is(request: unknown): request is MethodCall {
    return typeof request === 'object' && request !== null && #meant in request
  }

  get meant(): string | undefined {
    return this.#meant
  }

  /** For logs: without the private field, which only the engine needs. */
  toJSON(): object {
    return { method: this.method, args: this.args }
  }

  toString(): string {
    return `${this.method}(${this.args.length === 0 ? '' : '…'})`
  }
}

/**
 * Under which a term of another system, such as a tuple of Erlang, has a method that says which call or cast it means in a class with
 * that table of methods. Servers in the functional form get the term itself.
 */
export const METHOD_OF = Symbol('method of')

/**
 * What a request means that is no call of a method; undefined where it is what it is: also for a method that the class has not,
 * where it has a `fallback` for whatever comes.
 */
export function methodMeant(
  request: unknown,
  table: ReadonlySet<string>,
  fallback: unknown,
): MethodCall | undefined {
  if (typeof request !== 'object' || request === null) return undefined
  const meaning = read(request, METHOD_OF)
  if (typeof meaning !== 'function') return undefined
  const meant = meaning.call(request, table) as MethodCall | undefined
  return meant !== undefined && (table.has(meant.method) || fallback === undefined) ? meant : undefined
}

/** The payload of a call that the engine answers itself (OTP's `system` messages). */
export class SystemRequest {
  /** By which it is told: see `is`. */
  readonly #own = true

  constructor(
    readonly operation:
      | 'getState'
      | 'replaceState'
      | 'getStatus'
      | 'getPending'
      | 'suspend'
      | 'resume'
      | 'terminate'
      | 'configChange'
      | 'changeCode'
      | 'debug',
    readonly argument?: unknown,
  ) {}

  /** As `MethodCall.is`. */
  static is(request: unknown): request is SystemRequest {
    return typeof request === 'object' && request !== null && #own in request
  }
}

/** Stands for a continuation as the message being handled. */
export class Continuation {
  constructor(readonly value: unknown) {}
}

/** What a callback returns that has no handler for what it got; the engine decides what that means. */
export const UNHANDLED = Symbol('unhandled')

/** What a callback of the class form returns that has nothing to say: the instance remains the state. */
export const UNCHANGED = Symbol('unchanged')

/** In place of the table of a cast from another kernel: names are looked up in the server's own. */
const ELSEWHERE: ReadonlySet<string> = new Set()

// Of methods, lists: the names of fields would cross with every message.
portable(PlainCast, {
  name: 'heartwood.PlainCast',
  fields: ({ request }) => ({ request }),
  make: ({ request }: PlainCast) => new PlainCast(request),
})
portable(MethodCast, {
  name: 'heartwood.MethodCast',
  fields: ({ method, args }) => [method, args],
  make: ([method, args]: [string, unknown[]]) => new MethodCast(method, args, ELSEWHERE),
})
portable(MethodCall, {
  name: 'heartwood.MethodCall',
  fields: ({ method, args, meant }) => [method, args, meant],
  make: ([method, args, meant]: [string, unknown[], string | undefined]) =>
    new MethodCall(method, args, meant),
})
portable(SystemRequest, {
  name: 'heartwood.SystemRequest',
  fields: ({ operation, argument }) => ({ operation, argument }),
  make: ({ operation, argument }: SystemRequest) => new SystemRequest(operation, argument),
})
