import { type Envelope, portable, read, type SelfEnvelope } from '../../kernel/index.js'

/**
 * The kinds of message that a server tells apart. Each kind is a class: the server's loop tells them apart by `instanceof`,
 * and a plain message with the same fields is never mistaken for one of them.
 */

/** The message of `cast(server, request)`. It is its own envelope. */
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

/**
 * The message of `ref.cast.method(…args)`. Method, arguments and envelope are one object, since each such cast allocates one.
 */
export class MethodCast implements SelfEnvelope {
  next: Envelope | undefined = undefined
  prev: Envelope | undefined = undefined
  taken = false

  constructor(
    readonly method: string,
    public args: readonly unknown[],
    /** The names of the casts of the class that the sender's ref is for. `method` is one of them. */
    readonly table: ReadonlySet<string>,
  ) {}

  get message(): this {
    return this
  }

  /** The request as functional servers and inspection see it. Servers in the class form read the cast itself. */
  get request(): MethodCall {
    return new MethodCall(this.method, this.args)
  }

  isolate(isolate: <T>(content: T) => T): void {
    this.args = isolate(this.args)
  }
}

/** A cast of either form. */
export type CastMessage = PlainCast | MethodCast

export function isCast(message: unknown): message is CastMessage {
  return message instanceof MethodCast || message instanceof PlainCast
}

/**
 * Takes the place of a message whose class cannot be read: a proxy that was revoked or that throws, such as a draft of
 * Immer after its producer has returned. The receiver gets this object and does not crash.
 */
export class UnreadableMessage {
  toString(): string {
    return '[unreadable message: a proxy that was revoked, or throws]'
  }
}

/** Returns the message, or an `UnreadableMessage` if its class cannot be read. */
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

  /** @param meant the name of the class that the caller's ref is for, if the caller has one */
  constructor(
    readonly method: string,
    readonly args: readonly unknown[],
    meant: string | undefined = undefined,
  ) {
    this.#meant = meant
  }

  /** Tests for a private field instead of `instanceof`: a request can be any value, even a proxy that throws. */
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
 * The key of a method of terms from another system, such as tuples of Erlang. It gets the table of methods of a class and returns
 * the call or cast that the term stands for. Servers in the functional form get the term itself.
 */
export const METHOD_OF = Symbol('method of')

/**
 * The call or cast of a method that a term of another system stands for. Undefined for any other request, and for a method that
 * the class does not have if the class has a `fallback`, a handler for all requests.
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

/** The payload of a call that the engine itself answers. OTP's `system` messages. */
export class SystemRequest {
  /** The field that `is` tests for. */
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

/** The message that is shown as being handled while `handleContinue` runs. */
export class Continuation {
  constructor(readonly value: unknown) {}
}

/** Returned by a callback that has no handler for the message it got. The engine decides what follows. */
export const UNHANDLED = Symbol('unhandled')

/** Returned by a callback of the class form when nothing changes: the instance remains the state. */
export const UNCHANGED = Symbol('unchanged')

/** The table of a cast that came from another kernel. It is empty, so the method's name is looked up in the server's own table. */
const ELSEWHERE: ReadonlySet<string> = new Set()

// Method casts and calls cross as arrays: objects would carry the names of their fields with every message.
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
