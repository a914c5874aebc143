import type { Stores } from '../context/async-scope.js'
import { checkFunction } from '../errors/argument-checks.js'
import { checkKnown, namesOf } from '../errors/known-options.js'
import type { MailboxOptions } from '../mail/mailbox-limit.js'
import type { NameKeeper } from '../names/name-table.js'

/** The options of a spawn. */
export interface SpawnOptions {
  /** Whether to link it to the spawner, atomically. Default false. */
  readonly link?: boolean
  /** The name to register it under, before it runs: in the kernel, or in the registry of a `via` name. */
  readonly name?: string | NameKeeper | undefined
  /** Whether the spawner becomes its ancestor, as for a process with an awaited init. Default false. */
  readonly ancestry?: boolean
  /** The label in logs and in the observer. */
  readonly label?: unknown
  /** The limit of its mailbox, and the policy when it is full. Default no limit. */
  readonly mailbox?: MailboxOptions | undefined
  /**
   * The AsyncLocalStorage stores in the process: those of a certain moment (`storesOfNow`), if it does the work of that code. Default those
   * of the process that starts it; outside any process, those at the construction of the kernel.
   */
  readonly stores?: Stores
}

/** The names of `SpawnOptions`. */
export const SPAWN_OPTIONS = namesOf<SpawnOptions>({
  link: true,
  name: true,
  ancestry: true,
  label: true,
  mailbox: true,
  stores: true,
})

/** The options of a spawn without options: one object, which need not be checked. */
export const NO_OPTIONS: SpawnOptions = Object.freeze({})

/** Checks the arguments of a spawn. @throws NOT_A_FUNCTION, BAD_OPTION */
export function checkSpawn(
  action: string,
  fn: unknown,
  options: object,
  known: readonly string[] = SPAWN_OPTIONS,
): void {
  checkFunction(fn, action)
  if (options !== NO_OPTIONS) checkKnown(action, options, known)
}

/** The options of a start with an init that the caller waits for. */
export interface StartOptions extends SpawnOptions {
  readonly monitor?: boolean
  /** Milliseconds that the init may take. Default `Infinity`. */
  readonly timeout?: number | undefined
}

/** The names of `StartOptions`. */
export const START_OPTIONS = [...SPAWN_OPTIONS, 'monitor', 'timeout']
