import {
  Call,
  type DownMessage,
  type From,
  from,
  GenServer,
  Info,
  isDown,
  monitor,
  type NoReply,
  noReply,
  type Reference,
  receive,
  remote,
  reply,
  self,
  sendAfter,
  sleep,
  start,
} from 'heartwood'
import type { Program } from 'heartwood/testing'
import type { ProgramBug } from './cluster-bug.js'

/** So often a holder is looked for that cannot be reached. */
const ATTEMPTS = 10

/** A lock for other nodes. Who cannot be reached may come back, so that it is watched anew. */
@GenServer({ name: 'lock' })
class Lock {
  #holder: From | undefined
  #watch: Reference | undefined
  #attempts = 0
  readonly #line: From[] = []
  #keepsWatch = true

  init({ keepsWatch }: { keepsWatch: boolean }): void {
    this.#keepsWatch = keepsWatch
  }

  @Call() take(): string | NoReply<string> {
    if (this.#holder !== undefined) {
      this.#line.push(from())
      return noReply as NoReply<string>
    }
    this.#grant(from())
    return 'yours'
  }

  @Info(isDown) ended({ ref, reason }: DownMessage): void {
    if (ref !== this.#watch) return
    if (reason === 'noconnection' && this.#attempts++ < ATTEMPTS) sendAfter(200, self(), 'watch')
    else this.#next()
  }

  @Info('watch') watch(): void {
    const { caller } = this.#holder ?? {}
    if (caller === undefined) return
    const watch = monitor(caller)
    if (this.#keepsWatch) this.#watch = watch
  }

  #grant(holder: From): void {
    this.#holder = holder
    this.#attempts = 0
    if (holder.caller !== undefined) this.#watch = monitor(holder.caller)
  }

  #next(): void {
    this.#holder = undefined
    const next = this.#line.shift()
    if (next === undefined) return
    this.#grant(next)
    reply(next, 'yours')
  }
}

const lock = remote<Lock>({ name: 'lock', node: 'a' })

/** Node b holds the lock, node c waits for it. */
const twoHolders =
  (keepsWatch: boolean): Program =>
  async (sim) => {
    await sim.node('a', async () => void (await start(Lock, { keepsWatch })))
    const b = await sim.node('b', () => {})
    const c = await sim.node('c', () => {})
    const hold = async (): Promise<void> => {
      await lock.with({ timeout: 30_000 }).call.take()
      await receive('never')
    }
    void b.run(hold).catch(() => {})
    await sleep(50)
    sim.disasters.crashNode('b', { for: 60_000 })
    await sleep(500)
    b.crash()
    let isTaken = false
    void c.run(async () => {
      await lock.with({ timeout: 30_000 }).call.take()
      isTaken = true
    })
    await sim.eventually(() => isTaken, 20_000)
  }

export const monitorThatNeverFires: ProgramBug = {
  name: 'monitor that never fires',
  story:
    'The holder of a lock is watched anew when its node is out of reach, under a reference that nobody keeps.',
  broken: twoHolders(false),
  fixed: twoHolders(true),
}
