/** The faults of a test: what is told of those that never struck. */
import { placeOf, stackHere } from '../../kernel/index.js'
import { testingError } from '../errors.js'

/** A fault that was installed. */
export interface Fault {
  /** The number of times that it struck so far. */
  readonly struck: number
  /** Removes it: it does not strike any more. */
  remove(): void
}

/** What the ledger is told of a fault. */
export interface Installed {
  /** As the test wrote it: `crashInHandler of counter`. */
  readonly what: string
  readonly allowUnstruck: boolean | undefined
  struck(): number
  remove(): void
  /** Why it did not strike, in words. */
  why(): string
}

export class Ledger {
  readonly #entries = new Map<Fault, Installed & { readonly at: string }>()
  #forgiving = false

  /** @returns the fault as the test has it */
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

  /** All are taken back. */
  clear(): void {
    for (const fault of [...this.#entries.keys()]) fault.remove()
  }

  /** What did not strike is not told. */
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
