import {
  application,
  Call,
  Cast,
  type Config,
  defineConfig,
  GenServer,
  Supervisor,
  trapExit,
} from 'heartwood'

/** What happened in the tree, in order. */
export const log: string[] = []

/** Who waits for a slow call to begin, and what ends it. */
export class Gate {
  readonly entered: Promise<void>
  readonly opened: Promise<void>
  enter: () => void = () => {}
  open: () => void = () => {}

  constructor() {
    this.entered = new Promise((resolve) => {
      this.enter = resolve
    })
    this.opened = new Promise((resolve) => {
      this.open = resolve
    })
  }
}

let gate = new Gate()

/** A new gate for the next slow call. */
export function nextGate(): Gate {
  gate = new Gate()
  return gate
}

@GenServer({ name: 'cart' })
export class Cart {
  readonly #lines: string[] = []

  init(): void {
    trapExit(true)
    log.push('cart starts')
  }

  @Call() add(line: string): number {
    return this.#lines.push(line)
  }

  @Call() async slow(): Promise<string> {
    const { enter, opened } = gate
    enter()
    await opened
    return 'at last'
  }

  @Cast() breaks(): void {
    throw new Error('the cart is broken')
  }

  terminate(): void {
    log.push('cart stops')
  }
}

@Supervisor({ children: [Cart], intensity: 100 })
class Shop {}

@GenServer({ name: 'slow' })
class Slow {
  async init(): Promise<void> {
    trapExit(true)
    log.push('slow starts')
    const { enter, opened } = gate
    enter()
    await opened
  }

  terminate(): void {
    log.push('slow stops')
  }
}

@Supervisor({ children: [Slow] })
class SlowShop {}

/** One whose start waits for the gate. */
export function slowShop(): Config {
  log.length = 0
  return defineConfig({
    applications: [application({ name: 'slow shop', root: SlowShop })],
    log: { level: 'silent' },
  })
}

/** A configuration that says nothing in the log of the test. */
export function shop(): Config {
  log.length = 0
  const stop = (): void => {
    log.push('tree stopped')
  }
  return defineConfig({
    applications: [application({ name: 'shop', root: Shop, stop })],
    log: { level: 'silent' },
  })
}
