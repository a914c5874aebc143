import type { Kernel, NodeCarrier } from '../../kernel/index.js'
import { type Rule, rules, VirtualClock } from '../../kernel/index.js'
import type { ConnectionLimits } from '../distribution/connection.js'
import type { Address } from '../distribution/distribution-node.js'
import { FORM_RULES, type FormOptions } from '../format/forms.js'
import { LIMIT_RULES } from '../format/limits.js'
import { distributionError } from '../handshake/errors.js'
import { isLoopbackAddress } from '../handshake/loopback.js'
import { problemOfOwnName } from '../handshake/node-name.js'
import type { NodeTls } from '../handshake/transport.js'
import { ErlangNode } from './erlang-node.js'
import type { Exposed } from './exposed-functions.js'

/** The names of all options: the compiler checks that each has a rule. */
type NamesOf<T> = { readonly [Name in keyof T]-?: Rule }

/** The least limit of a message, since each message has a header. */
const LEAST_MESSAGE = 2 ** 17

/** The options of a program that is a node beside nodes of Erlang. */
export interface ErlangOptions {
  /** The secret of the cluster, at least 20 characters outside development. The guide "Erlang nodes" says what a peer with the cookie can do. */
  readonly cookie: string
  /** The certificate of this node, and the certificate authority of the other nodes. Default none: the node connects only on this machine. */
  readonly tls?: NodeTls
  /** Connects beyond this machine without TLS: everyone on the network path can read and change all messages. Default false. */
  readonly insecure?: boolean
  /** The address to listen on. Default `'127.0.0.1'`. */
  readonly host?: string
  /** The port. Default 0, any free port. */
  readonly port?: number
  /** The address of EPMD, by which ports are found and registered; false for none, with `resolve`. Default EPMD of this machine, on port 4369. */
  readonly epmd?: { readonly host?: string; readonly port?: number } | false
  /** Returns the address of a node, instead of EPMD; undefined for an unknown node. */
  readonly resolve?: (node: string) => Address | undefined | Promise<Address | undefined>
  /** The functions that other nodes may call here, by module. Default none. */
  readonly expose?: Exposed
  /** Decides which nodes may connect: those for which it returns `true`, synchronously. Default all nodes with the cookie. */
  readonly allow?: (node: string) => boolean
  /** Milliseconds without a signal after which another node counts as down; the same on all nodes. Default 60,000. */
  readonly tickTime?: number
  /** Milliseconds that setting up a connection may take. Default 7,000. */
  readonly setupTime?: number
  /** The limits of messages from other nodes, and of data that wait to be sent. */
  readonly limits?: ConnectionLimits
  /** The form of terms for which JavaScript has more than one value. */
  readonly forms?: Omit<FormOptions, 'revive'>
}

/** The rule for values that Node itself checks when they are used; here only the names are checked. */
const given: Rule = { expected: 'as tls.createSecureContext takes it', fits: (value) => value !== null }
const TLS: NamesOf<NodeTls> = {
  ca: given,
  cert: given,
  key: given,
  passphrase: rules.text,
  minVersion: rules.text,
  maxVersion: rules.text,
}
const EPMD: NamesOf<Exclude<ErlangOptions['epmd'], false | undefined>> = {
  host: rules.text,
  port: rules.wholeNumber(1, 65_535),
}
const bytes = rules.wholeNumber(1, 2 ** 31 - 1)
const LIMITS: NamesOf<ConnectionLimits> = {
  size: bytes,
  depth: LIMIT_RULES.depth as Rule,
  atoms: LIMIT_RULES.atoms as Rule,
  message: rules.wholeNumber(LEAST_MESSAGE, 2 ** 31 - 1),
  incomplete: rules.wholeNumber(LEAST_MESSAGE),
  busy: rules.wholeNumber(1),
  waiting: rules.wholeNumber(1),
}
const { revive: _, ...FORMS } = FORM_RULES
const EXPOSED: Rule = {
  expected: 'functions by the name of a module, such as { Shop: { total: (id) => 5 } }',
  fits: (value) =>
    rules.isRecord(value) &&
    Object.values(value).every(
      (module) => rules.isRecord(module) && Object.values(module).every((each) => typeof each === 'function'),
    ),
}
const ALLOW: Rule = {
  expected: 'a function that returns true or false, and no promise',
  fits: (value) => typeof value === 'function' && value.constructor.name !== 'AsyncFunction',
}
const OPTIONS: NamesOf<ErlangOptions> = {
  cookie: { ...rules.text, secret: true },
  tls: rules.optionsOf(TLS, '{ cert, key, ca }'),
  insecure: rules.flag,
  host: rules.text,
  port: rules.wholeNumber(0, 65_535),
  epmd: rules.orValue(rules.optionsOf(EPMD, '{ port: 4369 }'), false, 'false'),
  resolve: rules.action,
  expose: EXPOSED,
  allow: ALLOW,
  tickTime: rules.finiteMilliseconds(1_000),
  setupTime: rules.finiteMilliseconds(1),
  limits: rules.optionsOf(LIMITS, '{ message: 64 * 2 ** 20 }'),
  forms: rules.optionsOf(FORMS, "{ binaries: 'bytes' }"),
}
const { host, port, tls, insecure, tickTime, setupTime } = OPTIONS
const REACHED_AT = { host: rules.text, port: rules.wholeNumber(1, 65_535) }
const MEMBER_OPTIONS: NamesOf<MemberCarrierOptions> = {
  ...{ host, port, tls, insecure, tickTime, setupTime },
  reachedAt: rules.optionsOf(REACHED_AT, "{ host: '10.0.0.5', port: 7000 }"),
}
const SHORTEST_COOKIE = 20

/**
 * Makes a program a hidden node beside nodes of Erlang and Elixir: the `carrier` of `node` in its configuration. Both sides call each other's
 * servers, and link and monitor each other's processes, by pid and by name.
 *
 * By default it listens on loopback. Beyond that it needs TLS. Other nodes can call only functions that `expose` lists.
 *
 * @throws NODE_OPTION_INVALID. When it starts: NODE_OPTION_INVALID for a cookie that is too short outside development, for a name that no
 *   BEAM takes and for a kernel in virtual time, EPMD_UNREACHABLE,
 *   EPMD_REFUSED
 *
 * OTP: `net_kernel`, `-name`, `-setcookie`, `-proto_dist inet_tls`.
 *
 * @example
 * ```ts
 * import { defineConfig } from 'heartwood'
 * import { erlang } from 'heartwood/erlang'
 * import { shop } from './shop.js'
 *
 * export default defineConfig({
 *   node: { name: 'shop@127.0.0.1', carrier: erlang({ cookie: process.env.COOKIE ?? 'only for development' }) },
 *   applications: [shop],
 * })
 * ```
 */
export function erlang(options: ErlangOptions): NodeCarrier {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, OPTIONS, { required: ['cookie'] })
    : [{ field: 'what erlang() takes', value: options, expected: 'an object of options' }]
  if (mistakes.length > 0) throw invalid(mistakes.map(rules.mistakeText).join('; '))
  checkWay(options)
  return {
    async start(kernel, { development, listens = true, members }) {
      checkTime(kernel)
      if (!development && options.cookie.length < SHORTEST_COOKIE)
        throw invalid(
          `its cookie has ${options.cookie.length} characters, and outside development at least ${SHORTEST_COOKIE}: make a random one`,
        )
      // All who have the cookie, members or not, show that one.
      const among = async (name: string) => withoutCookie(await members?.resolve(name))
      const resolve = options.resolve ?? (members && among)
      return started(kernel, { ...options, ...(resolve && { resolve }) }, listens)
    },
  }
}

/** The options for programs of a cluster. Their addresses and secrets are in their leases. */
export interface MemberCarrierOptions
  extends Pick<ErlangOptions, 'host' | 'port' | 'tls' | 'insecure' | 'tickTime' | 'setupTime'> {
  /** The address at which others reach it, if it differs from the one that it listens on: behind a proxy, or with a mapped port. */
  readonly reachedAt?: { readonly host: string; readonly port: number }
}

/**
 * Makes a carrier as `erlang` does, only for the members of a cluster: each generates its own cookie, and EPMD is not used. The `cluster` of a configuration sets it; without a
 * configuration use it as the `carrier` of a node.
 *
 * @throws NODE_OPTION_INVALID. At its start, as `erlang`
 * @example
 * ```ts
 * import { clusterSpec, local } from 'heartwood/cluster'
 * import { memberCarrier } from 'heartwood/erlang'
 *
 * const node = clusterSpec({ engine: local(), carrier: memberCarrier({ port: 7000 }) })
 * console.log(node.id)
 * ```
 */
export function memberCarrier(options: MemberCarrierOptions = {}): NodeCarrier {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, MEMBER_OPTIONS)
    : [{ field: 'what memberCarrier() takes', value: options, expected: 'an object of options' }]
  if (mistakes.length > 0) throw invalid(mistakes.map(rules.mistakeText).join('; '))
  checkWay(options)
  return {
    async start(kernel, { members, listens = true }) {
      if (members === undefined) throw invalid('it is for nodes of a cluster, and this is none')
      checkTime(kernel)
      const { secret: cookie, resolve } = members
      const { reachedAt, ...own } = options
      const node = await started(kernel, { ...own, cookie, epmd: false, resolve }, listens)
      return { address: reachedAt ?? node.address, close: () => node.close() }
    },
  }
}

const withoutCookie = (found: Address | undefined): Address | undefined =>
  found && { host: found.host, port: found.port }

async function started(kernel: Kernel, options: ErlangOptions, listens: boolean): Promise<ErlangNode> {
  const problem = problemOfOwnName(kernel.node)
  if (problem !== undefined) throw invalid(problem)
  const node = new ErlangNode(kernel, options)
  await node.start(listens)
  return node
}

function checkTime(kernel: Kernel): void {
  if (kernel.clock instanceof VirtualClock)
    throw invalid(
      'time in this kernel is virtual, and moves while the network is waited for: give the test a kernel in the time of the machine, `new Kernel({ node })`',
    )
}

function checkWay(options: Omit<ErlangOptions, 'cookie'>): void {
  const { host = '127.0.0.1', tls, insecure = false, epmd, resolve } = options
  if (epmd === false && resolve === undefined)
    throw invalid('without EPMD it needs a resolve that knows where nodes are')
  if (tls === undefined && !insecure && !isLoopbackAddress(host))
    throw invalid(
      `it would listen on ${host}, where all that is said can be read and changed: give it tls, or write insecure: true`,
    )
}

function invalid(problems: string): Error {
  return distributionError('NODE_OPTION_INVALID', { problems })
}
