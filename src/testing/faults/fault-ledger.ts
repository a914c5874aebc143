/** The list of a test's faults, and the report of those that never struck. */
import { placeOf, stackHere } from '../../kernel/index.js'
import { testingError } from '../errors.js'

/** A fault that was installed. */
export interface Fault {
  /** The number of times that it struck so far. */
  readonly struck: number
  /** Removes it: it does not strike any more. */
  remove(): void
}

/** An entry of the list. */
export interface Installed {
  /** The fault as the test wrote it, such as `crashInHandler of counter`. */
  readonly what: string
  readonly allowUnstruck: boolean | undefined
  struck(): number
  remove(): void
  /** Returns why it did not strike, as text. */
  why(): string
}

export class Ledger {
  readonly #entries = new Map<Fault, Installed & { readonly at: string }>()
  #forgiving = false

  /**
   * Adds a fault.
   *
   * @returns the fault for the test
   */
  enter(installed: Installed): Fault {
    const at = placeOf(stackHere())?.at ?? 'an unknown place'
    const fault: Fault = {
      get struck() {
        return installed.struck()
      },
      remove: () => {
        this.#entries.delete(fault)
        installed.remove()
      },
    }
    this.#entries.set(fault, { ...installed, at })
    return fault
  }

  /** Removes all faults. */
  clear(): void {
    for (const fault of [...this.#entries.keys()]) fault.remove()
  }

  /** Does not report faults that did not strike. */
  forgive(): void {
    this.#forgiving = true
  }

  /** @throws TEST_FAULT_UNSTRUCK */
  check(): void {
    if (this.#forgiving) return
    const unstruck = [...this.#entries.values()].filter(
      ({ allowUnstruck, struck }) => allowUnstruck !== true && struck() === 0,
    )
    if (unstruck.length === 0) return
    const count = unstruck.length === 1 ? 'a fault' : `${unstruck.length} faults`
    const list = unstruck.map(({ what, at, why }) => `\n  ${what}, at ${at}: ${why()}`).join('')
    throw testingError('TEST_FAULT_UNSTRUCK', { count, list })
  }
}
