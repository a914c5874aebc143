/**
 * A session of the inspector in the same thread: it sees what no JavaScript of the program can, without running code of it. One is open while
 * something is looked at, and no longer: see `private-fields.ts`.
 */
import { isObject, ownData, read } from './safe-read.js'

export interface PrivateField {
  /** Without the `#`. */
  readonly name: string
  readonly value: unknown
}

/** A value as the inspector names it. */
interface RemoteObject {
  readonly type: string
  readonly value?: unknown
  readonly unserializableValue?: string
  readonly objectId?: string
}

interface Properties {
  readonly result: readonly { readonly name: string; readonly value?: RemoteObject }[]
  readonly internalProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[]
}

interface Holder {
  /** What is looked at. */
  subject: unknown
  /** What was found in it. */
  found: readonly unknown[]
}

/** Where the inspector finds the holder: an object that all realms of a thread share, as a test runner's global is not. */
const HELD = Symbol.for('heartwood.private-fields')
const HOLDER = `process.getBuiltinModule('node:inspector').Session[Symbol.for('${HELD.description}')]`

/** The part of Node's `Session` that is used. */
interface Session {
  connect(): void
  disconnect(): void
  post(
    method: string,
    params: object,
    callback: (error: { readonly message: string } | null, result?: object) => void,
  ): void
}

export class InspectorSession {
  /** Why there is none to be had in this program; undefined as far as is known. */
  static refusal: string | undefined
  readonly #holder: Holder = { subject: undefined, found: [] }
  readonly #id: string

  private constructor(
    private readonly session: Session,
    private readonly place: object,
  ) {
    session.connect()
    const params = { expression: HOLDER, silent: true }
    const { result } = this.#held(() => this.#post<{ result: RemoteObject }>('Runtime.evaluate', params))
    const { objectId } = result
    if (objectId === undefined) throw new Error('it does not see this realm')
    this.#id = objectId
  }

  /** A session; undefined where there is none to be had, as in Node without an inspector or permission for one. */
  static open(): InspectorSession | undefined {
    let session: Session | undefined
    try {
      const { Session } = process.getBuiltinModule('node:inspector')
      session = new Session()
      return new InspectorSession(session, Session)
    } catch (error) {
      session?.disconnect()
      InspectorSession.refusal = `the inspector of this program does not serve (${textOf(error)})`
      return undefined
    }
  }

  fieldsOf(value: object): readonly PrivateField[] {
    this.#holder.subject = value
    const { result } = this.#call('function () { return this.subject }', [])
    const { privateProperties = [] } = this.#post<{
      privateProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[]
    }>('Runtime.getProperties', { objectId: result.objectId, ownProperties: true })
    // Accessors have no value; methods are not listed.
    const listed = privateProperties.flatMap(({ name, value }) =>
      value === undefined ? [] : [{ name, value }],
    )
    const values = this.#take(listed.map(({ value }) => value))
    return listed.map(({ name }, at) => ({ name: name.replace(/^#/, ''), value: values[at] }))
  }

  /** The scopes that the code of a function sees, innermost first: objects with its variables as they are now. */
  scopesOf(code: object): readonly object[] {
    this.#holder.subject = code
    const { result } = this.#call('function () { return this.subject }', [])
    const { internalProperties = [] } = this.#post<Properties>('Runtime.getProperties', {
      objectId: result.objectId,
      ownProperties: true,
    })
    const objectId = internalProperties.find(({ name }) => name === '[[Scopes]]')?.value?.objectId
    if (objectId === undefined) return []
    const listed = this.#post<Properties>('Runtime.getProperties', { objectId, ownProperties: true }).result
    const scopes = listed.flatMap(({ name, value }) => (/^\d+$/.test(name) && value ? [value] : []))
    return this.#take(scopes).flatMap((scope) => {
      const variables = ownData(scope, 'object')
      return isObject(variables) ? [variables] : []
    })
  }

  /**
   * What `code` gives with `subject` as its `this`, run by the engine in the mode of a debugger that stops whatever would have an effect:
   * undefined where it has one, or throws.
   */
  harmlessly(subject: unknown, code: string): { readonly value: unknown } | undefined {
    this.#holder.subject = subject
    const functionDeclaration = `function () { return (${code}).call(this.subject) }`
    const params = { objectId: this.#id, functionDeclaration, throwOnSideEffect: true, silent: true }
    const { result, exceptionDetails } = this.#post<{
      result: RemoteObject
      exceptionDetails?: object
    }>('Runtime.callFunctionOn', params)
    if (exceptionDetails !== undefined) return undefined
    return { value: result.type === 'undefined' ? undefined : this.#take([result])[0] }
  }

  /** The values themselves. */
  #take(remote: readonly RemoteObject[]): readonly unknown[] {
    this.#call(
      'function (...values) { this.found = values }',
      remote.map(({ objectId, unserializableValue, value }) => {
        if (objectId !== undefined) return { objectId }
        return unserializableValue === undefined ? { value } : { unserializableValue }
      }),
    )
    return this.#holder.found
  }

  /**
   * As the console of a debugger does, in whose mode a private name can be written from outside its class. It is done at once; whether it
   * went well is answered later, so whoever wants to know looks.
   */
  setField(value: object, name: string, content: unknown): void {
    this.#holder.subject = value
    this.#holder.found = [content]
    const expression = `${HOLDER}.subject.#${name} = ${HOLDER}.found[0]; undefined`
    this.#held(() =>
      this.session.post('Runtime.evaluate', { expression, replMode: true, silent: true }, () => {}),
    )
    this.#holder.found = []
  }

  /** Runs what finds the holder by its name. */
  #held<T>(act: () => T): T {
    Object.defineProperty(this.place, HELD, { value: this.#holder, configurable: true })
    try {
      return act()
    } finally {
      Reflect.deleteProperty(this.place, HELD)
    }
  }

  close(): void {
    // What it had handles of is let go along.
    this.session.disconnect()
  }

  #call(functionDeclaration: string, args: readonly object[]): { readonly result: RemoteObject } {
    const params = { objectId: this.#id, functionDeclaration, arguments: args, silent: true }
    return this.#post('Runtime.callFunctionOn', params)
  }

  #post<T extends object>(method: string, params: object): T {
    let answer: T | undefined
    let failure: string | undefined
    this.session.post(method, params, (error, result) => {
      failure = error?.message
      answer = result as T
    })
    // A session of the same thread has answered when it returns.
    if (answer === undefined) throw new Error(failure ?? 'it gave no answer')
    return answer
  }
}

export function textOf(error: unknown): string {
  return String(read(error, 'message') ?? 'it failed').slice(0, 200)
}
