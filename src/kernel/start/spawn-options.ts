import type { Stores } from '../context/async-scope.js'
import { checkFunction } from '../errors/argument-checks.js'
import { checkKnown, namesOf } from '../errors/known-options.js'
import type { MailboxOptions } from '../mail/mailbox-limit.js'
import type { NameKeeper } from '../names/name-table.js'

/** How a process is spawned. */
export interface SpawnOptions {
  /** Links it to the spawner, atomically. */
  readonly link?: boolean
  /** Registers it, before it runs; with the kernel, or where the name says. */
  readonly name?: string | NameKeeper | undefined
  /** Gives it the spawner as ancestor, as a process started with an awaited init has; default false. */
  readonly ancestry?: boolean
  /** What logs and the observer call it. */
  readonly label?: unknown
  /** Limits its mailbox, and says what happens to a message that there is no room for; default: no limit. */
  readonly mailbox?: MailboxOptions | undefined
  /**
   * What AsyncLocalStorage stores hold in it: those of a place (`storesOfNow`), for work of whoever is there. Default what they
   * hold in the process that starts it; for code of no process, where its kernel was made.
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

/** In place of those that are not given: one object, which needs no look. */
export const NO_OPTIONS: SpawnOptions = Object.freeze({})

/** @throws NOT_A_FUNCTION, BAD_OPTION */
export function checkSpawn(
  action: string,
  fn: unknown,
  options: object,
  known: readonly string[] = SPAWN_OPTIONS,
): void {
  checkFunction(fn, action)
  if (options !== NO_OPTIONS) checkKnown(action, options, known)
}

/** How a process is started with an init that the caller waits for. */
export interface StartOptions extends SpawnOptions {
  readonly monitor?: boolean
  /** Milliseconds the init may take; default Infinity. */
  readonly timeout?: number | undefined
}

/** The names of `StartOptions`. */
export const START_OPTIONS = [...SPAWN_OPTIONS, 'monitor', 'timeout']
