import { nodeImmediate } from '../../kernel/index.js'

/**
 * What the kit puts in the place of Node's own for several at a time: taken back when nobody holds it any more, and not between two runs of a
 * search, since it takes a millisecond.
 */
export class Lease {
  readonly #install: () => Disposable
  #installed: Disposable | undefined
  #holders = 0

  constructor(install: () => Disposable) {
    this.#install = install
  }

  hold(): Disposable {
    this.#holders++
    this.#installed ??= this.#install()
    return {
      [Symbol.dispose]: () => {
        this.#holders--
        nodeImmediate(() => this.#giveBack())
      },
    }
  }

  #giveBack(): void {
    if (this.#holders > 0) return
    this.#installed?.[Symbol.dispose]()
    this.#installed = undefined
  }
}
