/** What an observer is started with, and the checks. */
import { isIP } from 'node:net'
import { isWorkedOn } from '../config/index.js'
import { type Kernel, namesOf, rules } from '../kernel/index.js'
import type { Logger } from '../logging/index.js'
import { observerError } from './errors.js'

/** The options of `createObserver`. */
export interface ObserverOptions {
  /** The kernel to observe. Default the kernel of the current process, or the default one. */
  readonly kernel?: Kernel | undefined
  /**
   * The secret for actions, at least 16 characters. Without it the observer is read-only. Everyone who has it can
   * stop the program.
   */
  readonly token?: string | undefined
  /**
   * Who may read: `'open'`: everyone who can reach it; `'token'`: clients with the token. Default `'token'` for a handler
   * in a server of your own, because Heartwood does not know who can reach that server.
   */
  readonly reading?: 'open' | 'token' | undefined
  /** The path in your server, such as `'/observer'`. Default `''`: the root. */
  readonly prefix?: string | undefined
  /** Further host names that it accepts while reading is open. Default none. */
  readonly hosts?: readonly string[] | undefined
  /**
   * Whether the token allows a console (`heartwood console`), which calls, casts and sends. Default only in development and
   * tests, by HEARTWOOD_ENV, else NODE_ENV.
   */
  readonly console?: boolean | undefined
  /** The logger whose level the action `log-level` sets. Default none: there is no such action. */
  readonly logger?: Logger | undefined
}

/** The options of `startObserver`: an observer with its own server. */
export interface ObserverServerOptions extends Omit<ObserverOptions, 'prefix'> {
  /** The port, from 0 (any free port) to 65535. Default 4010. */
  readonly port?: number | undefined
  /** The address to listen on. Default `'127.0.0.1'`. Any address that is not loopback needs a `token`, also for reading. */
  readonly host?: string | undefined
}

const OBSERVER_OPTIONS = namesOf<ObserverOptions>({
  kernel: true,
  token: true,
  reading: true,
  prefix: true,
  hosts: true,
  console: true,
  logger: true,
})
const SERVER_OPTIONS = namesOf<ObserverServerOptions>({
  kernel: true,
  token: true,
  reading: true,
  hosts: true,
  console: true,
  logger: true,
  port: true,
  host: true,
})

/** Options that passed the checks. */
export interface CheckedOptions {
  readonly token: string | undefined
  readonly reading: 'open' | 'token'
  readonly prefix: string
  readonly hosts: readonly string[]
  readonly console: boolean
  readonly logger: Logger | undefined
}

/** What can stand in a header: no line breaks and their like, and no space at either end. */
const TOKEN = /^(?! )[^\p{Cc}]{16,}(?<! )$/u

/** @throws OBSERVER_OPTION, OBSERVER_TOKEN_REQUIRED */
export function checkOptions(options: ObserverOptions): CheckedOptions {
  checkNames(options, OBSERVER_OPTIONS)
  const { token, reading = 'token', prefix = '', hosts = [], console = isWorkedOn(), logger } = options
  if (token !== undefined && !(typeof token === 'string' && TOKEN.test(token))) {
    // One that is too short is still no one's business.
    const value = typeof token === 'string' ? `another text, of ${token.length}` : token
    throw wrong('token', 'a secret of at least 16 characters, without a space at either end', value)
  }
  if (reading !== 'open' && reading !== 'token') throw wrong('reading', "'open' or 'token'", reading)
  if (typeof prefix !== 'string' || !/^(\/[\w.~-]+)*$/.test(prefix)) {
    throw wrong('prefix', "a path such as '/observer', without a slash at its end", prefix)
  }
  if (!Array.isArray(hosts) || hosts.some((host) => typeof host !== 'string' || host === '')) {
    throw wrong('hosts', 'an array of host names', hosts)
  }
  if (typeof console !== 'boolean') throw wrong('console', 'true or false', console)
  if (reading === 'token' && token === undefined) {
    throw observerError('OBSERVER_TOKEN_REQUIRED', { place: 'whoever reaches your server' })
  }
  return { token, reading, prefix, hosts, console, logger }
}

/** @throws OBSERVER_OPTION, OBSERVER_TOKEN_REQUIRED */
export function checkServerOptions(options: ObserverServerOptions): {
  readonly port: number
  readonly host: string
  readonly checked: CheckedOptions
} {
  checkNames(options, SERVER_OPTIONS)
  const { port = 4010, host = '127.0.0.1', token, ...rest } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw wrong('port', 'a whole number from 0 to 65535', port)
  }
  if (typeof host !== 'string' || host === '') throw wrong('host', 'an address to listen on', host)
  const local = isLoopback(host)
  if (!local && token === undefined) throw observerError('OBSERVER_TOKEN_REQUIRED', { place: host })
  const reading = options.reading ?? (local ? 'open' : 'token')
  if (!local && reading === 'open') throw wrong('reading', `'token' where the host is ${host}`, reading)
  return { port, host, checked: checkOptions({ ...rest, token, reading }) }
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  if (name === 'localhost' || name === '::1') return true
  return isIP(name) === 4 && name.startsWith('127.')
}

/** @throws OBSERVER_OPTION for what is no option */
function checkNames(options: unknown, known: readonly string[]): void {
  if (!rules.isRecord(options)) throw wrong('options', `an object of ${known.join(', ')}`, options)
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  // It may be the token, misspelt.
  const value = typeof options[unknown] === 'string' ? 'a text' : options[unknown]
  throw wrong(unknown, `one of ${known.join(', ')}${rules.suggestion(unknown, known)}`, value)
}

function wrong(option: string, expected: string, value: unknown): Error {
  return observerError('OBSERVER_OPTION', { option, expected, value })
}
