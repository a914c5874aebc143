/**
 * `multiCall` and `abcast`: one request to many servers at once.
 */
import {
  currentKernel,
  errorsOf,
  HeartwoodError,
  isInstance,
  isList,
  KERNEL_ERRORS,
  read,
} from '../../kernel/index.js'
import { memberKind, type ServerDefinition } from '../class-form/handler-table.js'
import { MethodCall, MethodCast } from '../messages/server-message.js'
import { type CallOptions, call, cast, castTo } from './call-and-cast.js'
import { type Calls, type Casts, type Ref, tableOf } from './ref.js'
import { refusalOf } from './ref-methods.js'
import { addressOf, type ServerRef, targetOf } from './server-address.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The result of a `multiCall`. */
export interface MultiCallResult<Reply = unknown, Server = ServerRef> {
  /** The servers that answered, with their replies, in the order given. */
  readonly replies: readonly { readonly server: Server; readonly reply: Reply }[]
  /** The servers that did not answer, each with the error that `call` would have rejected with. */
  readonly failed: readonly { readonly server: Server; readonly error: HeartwoodError }[]
}

type AnyMethod = (...args: never[]) => unknown
type ParametersOf<F> = F extends (...args: infer Args) => unknown ? Args : never

/** The parameters after the name of a method: its arguments as a list, optional if it needs none, and the options. */
type WithArguments<F, Options extends readonly unknown[]> =
  [] extends ParametersOf<F> ? [args?: ParametersOf<F>, ...Options] : [args: ParametersOf<F>, ...Options]

/** The typed refs among the servers. They are called by a method's name, unless the class has a handler for any request. */
type Typed<Server, Handler extends string> =
  Server extends Ref<infer C> ? (C extends { readonly [Name in Handler]: AnyMethod } ? never : Server) : never
type Plain<Server, Handler extends string> = [Typed<Server, Handler>] extends [never]
  ? unknown
  : 'typed refs take the name of a method, and its arguments as a list'

/**
 * Calls several servers at once and waits until each has answered or failed. If one fails, the others and the whole do not
 * fail. OTP's `gen_server:multi_call/2,3,4`, which calls one name on many nodes.
 *
 * Typed refs take the name of a method and its arguments; the replies have its type. If the name is not a call of each class,
 * the request is refused before anything is sent.
 *
 * Each call waits 5,000 ms unless a time-out (in milliseconds; `Infinity` waits for ever) or options come last.
 *
 * @throws BAD_TIMEOUT, BAD_OPTION, SERVER_REF_INVALID, NOT_CALLABLE. All of them reject.
 * @example
 * ```ts
 * const { replies, failed } = await multiCall(['cache_1', 'cache_2'], 'size', 1_000)
 * const prices = await multiCall([ref(Shop, 'near'), ref(Shop, 'far')], 'price', ['tea'], 1_000)
 * ```
 */
export async function multiCall<C extends object, Name extends keyof Calls<C> & string>(
  servers: Iterable<Ref<C>>,
  method: Name,
  ...argsAndOptions: WithArguments<Calls<C>[Name], [options?: number | CallOptions]>
): Promise<
  MultiCallResult<Calls<C>[Name] extends (...args: never[]) => infer Answer ? Awaited<Answer> : never, Ref<C>>
>
export async function multiCall<Server extends ServerRef>(
  servers: Iterable<Server & Plain<Server, 'handleCall'>>,
  request: unknown,
  options?: number | CallOptions,
): Promise<MultiCallResult<unknown, Server>>
export async function multiCall(
  servers: Iterable<ServerRef>,
  request: unknown,
  ...rest: readonly unknown[]
): Promise<MultiCallResult> {
  const called = listed('multiCall', servers)
  const [args, options] = isList(rest[0]) ? [rest[0], rest[1]] : [undefined, rest[0] ?? rest[1]]
  const requests = called.map((server) => {
    const method = methodOf(server, request, 'call', args)
    return method === undefined ? request : new MethodCall(method, currentKernel().isolate(args ?? []))
  })
  const outcomes = await Promise.allSettled(
    called.map((server, at) => call(server, requests[at], options as number | CallOptions | undefined)),
  )
  const replies: { server: ServerRef; reply: unknown }[] = []
  const failed: { server: ServerRef; error: HeartwoodError }[] = []
  for (const [at, outcome] of outcomes.entries()) {
    const server = called[at] as ServerRef
    if (outcome.status === 'fulfilled') replies.push({ server, reply: outcome.value })
    else failed.push({ server, error: failureOf(outcome.reason) })
  }
  return { replies, failed }
}

/** The servers, once each of them is known to be a reference to one. @throws BAD_OPTION, SERVER_REF_INVALID */
function listed(action: string, servers: Iterable<ServerRef>): ServerRef[] {
  if (typeof read(servers, Symbol.iterator) === 'function') {
    const list = [...servers]
    for (const server of list) targetOf(server, action)
    return list
  }
  throw kernelError('BAD_OPTION', {
    action,
    option: 'servers',
    value: servers,
    expected: 'a list of servers',
  })
}

const MISUSES: readonly string[] = ['BAD_TIMEOUT', 'BAD_OPTION', 'SERVER_REF_INVALID']

/** Returns the failure of one server. An error that means wrong use is thrown instead, so that the whole request fails. */
function failureOf(error: unknown): HeartwoodError {
  if (!HeartwoodError.is(error) || MISUSES.includes(error.code)) throw error
  return error
}

/**
 * Casts the same request to several servers. Typed refs take the name of a method and its arguments. Servers that do not exist
 * are skipped silently. OTP's `gen_server:abcast/2,3`.
 *
 * @throws SERVER_REF_INVALID; NOT_CASTABLE when the name is not a cast of each class. It throws before anything is sent
 * @example
 * ```ts
 * abcast(['cache_1', 'cache_2'], 'clear')
 * abcast([ref(Shop, 'near'), ref(Shop, 'far')], 'open', [9])
 * ```
 */
export function abcast<C extends object, Name extends keyof Casts<C> & string>(
  servers: Iterable<Ref<C>>,
  method: Name,
  ...args: WithArguments<Casts<C>[Name], []>
): void
export function abcast<Server extends ServerRef>(
  servers: Iterable<Server & Plain<Server, 'handleCast'>>,
  request: unknown,
): void
export function abcast(servers: Iterable<ServerRef>, request: unknown, args?: readonly unknown[]): void {
  const told = listed('abcast', servers)
  const requests = told.map((server) => {
    const method = methodOf(server, request, 'cast', args)
    if (method === undefined) return request
    return new MethodCast(method, args ?? [], (tableOf(server) as ServerDefinition).casts)
  })
  for (const [at, server] of told.entries()) {
    const request = requests[at]
    if (isInstance(request, MethodCast)) castTo(addressOf(server, 'cast'), request)
    else cast(server, request)
  }
}

/** The method call that a request to a typed ref stands for; undefined for a plain request. @throws NOT_CALLABLE, NOT_CASTABLE, BAD_OPTION */
function methodOf(
  server: ServerRef,
  request: unknown,
  kind: 'call' | 'cast',
  args: unknown,
): string | undefined {
  const definition = tableOf(server)
  const table = kind === 'call' ? definition?.calls : definition?.casts
  if (typeof request === 'string' && table?.has(request) === true) return request
  const fallback = kind === 'call' ? 'handleCall' : 'handleCast'
  if (definition !== undefined && memberKind(definition.Class, fallback) !== 'method') {
    throw refusalOf(definition, kind, typeof request === 'string' ? request : typeof request)
  }
  if (args === undefined) return undefined
  const action = kind === 'call' ? 'multiCall' : 'abcast'
  const expected = 'refs of classes, such as ref(Shop, name): only they have methods with arguments'
  throw kernelError('BAD_OPTION', { action, option: 'arguments', value: args, expected })
}
