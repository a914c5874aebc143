import { Cast, GenServer, Info, ref, self, sendAfter, sleep, spawn, startSupervisor } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

/** Ticks of all incarnations, as a log would have them. */
type Ticks = number[]

@GenServer({ name: 'heart' })
class Heart {
  #ticks!: Ticks
  #toName!: boolean

  init({ ticks, toName }: { ticks: Ticks; toName: boolean }): void {
    this.#ticks = ticks
    this.#toName = toName
    this.#arm()
  }

  @Info('tick') onTick(): void {
    this.#ticks.push(1)
    this.#arm()
  }

  @Cast() attack(): void {
    throw new Error('a heart attack')
  }

  /** A timer aimed at a name outlives the process that set it, and fires in the mailbox of the next. */
  #arm(): void {
    sendAfter(10, this.#toName ? 'heart' : self(), 'tick')
  }
}

async function ticksIn100ms(toName: boolean): Promise<number> {
  const ticks: Ticks = []
  await startSupervisor({ children: [[Heart, { ticks, toName }]] })
  const attacker = async (): Promise<void> => {
    await sleep(40)
    ref(Heart).cast.attack()
  }
  spawn(attacker, { label: 'attacker' })
  await sleep(105)
  return ticks.length
}

export const tickingTwice: Bug = {
  name: 'two timers after a restart',
  story: 'A server’s timer is aimed at its name; after a crash the old one and the new one’s both tick.',
  options: { messages: 'share', crashes: 'allow' },

  async broken() {
    expectSame((await ticksIn100ms(true)) <= 10, true)
  },

  async fixed() {
    expectSame((await ticksIn100ms(false)) <= 10, true)
  },
}
