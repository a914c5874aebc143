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

/** A rule for each option: the compiler sees to it that none is missing. */
type NamesOf<T> = { readonly [Name in keyof T]-?: Rule }

/** A message has a header, whatever it says. */
const LEAST_MESSAGE = 2 ** 17

/** What a program is among the nodes of Erlang. */
export interface ErlangOptions {
  /** The secret of the cluster. Whoever has it can do all that is in the guide "Erlang nodes"; at least 20 characters outside development. */
  readonly cookie: string
  /** The certificate of this node, and who vouches for those of others. Default none: then it stays on this machine. */
  readonly tls?: NodeTls
  /** Takes part beyond this machine without TLS: whoever is on the way reads all, and changes what they like. Default false. */
  readonly insecure?: boolean
  /** Where it listens; default `'127.0.0.1'`. */
  readonly host?: string
  /** Default 0, for any that is free. */
  readonly port?: number
  /** How ports are found and made known: where EPMD is; false for neither, with `resolve`. Default that of this machine on port 4369. */
  readonly epmd?: { readonly host?: string; readonly port?: number } | false
  /** Where a node is, in place of EPMD; undefined for one that it does not know. */
  readonly resolve?: (node: string) => Address | undefined | Promise<Address | undefined>
  /** By module, the functions that other nodes may run here. Default none. */
  readonly expose?: Exposed
  /** Which nodes may connect: those that it returns `true` for, at once and not as a promise; default all that have the cookie. */
  readonly allow?: (node: string) => boolean
  /** Milliseconds without a sign of life after which another node is gone; that of all nodes must be the same. Default 60,000. */
  readonly tickTime?: number
  /** Milliseconds until a connection is up or given up; default 7,000. */
  readonly setupTime?: number
  /** What a message of another node may be, and what may wait to be sent. */
  readonly limits?: ConnectionLimits
  /** What becomes of terms for which JavaScript has more than one value. */
  readonly forms?: Omit<FormOptions, 'revive'>
}

/** What Node checks itself when it is used; here the names are. */
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
 * Makes a program a hidden node among those of Erlang and Elixir: the `carrier` of `node` in its configuration. Both sides call each other's
 * servers, link and monitor each other's processes, by pid and by name.
 *
 * It listens on loopback unless told otherwise, needs TLS beyond, and runs nothing for others but what `expose` lists.
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

/** How the programs of a cluster connect: where they are, and what they want to be shown, stands in their leases. */
export interface MemberCarrierOptions
  extends Pick<ErlangOptions, 'host' | 'port' | 'tls' | 'insecure' | 'tickTime' | 'setupTime'> {
  /** Where others reach it, if that is not where it listens: behind a proxy, or a port that is mapped. */
  readonly reachedAt?: { readonly host: string; readonly port: number }
}

/**
 * As `erlang`, between the members of a cluster alone: each makes up its own cookie, and nobody asks EPMD. It is what the `cluster` of a configuration sets up; without a
 * configuration it is the `carrier` of a node.
 *
 * @throws NODE_OPTION_INVALID. When it starts, as `erlang`
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
