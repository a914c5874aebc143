import {
  Call,
  cancelTimer,
  GenServer,
  Info,
  Reference,
  self,
  sendAfter,
  sleep,
  spawn,
  start,
} from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

/** Locks a door some time after it was closed, unless it is opened again before. */
@GenServer()
class Door {
  #locked = false
  #open = true
  #timer: Reference | undefined
  #turn: Reference | undefined
  #careful = false

  init({ careful }: { careful: boolean }): void {
    this.#careful = careful
  }

  @Call() close(): void {
    this.#open = false
    this.#turn = new Reference()
    this.#timer = sendAfter(10, self(), this.#turn)
  }

  @Call() open(): void {
    if (this.#timer !== undefined) cancelTimer(this.#timer)
    this.#turn = undefined
    this.#open = true
    this.#locked = false
  }

  @Info() lock(turn: unknown): void {
    if (!this.#careful || turn === this.#turn) this.#locked = true
  }

  @Call() isLockedOpen(): boolean {
    return this.#open && this.#locked
  }
}

async function locksAnOpenDoor(careful: boolean): Promise<boolean> {
  const door = await start(Door, { careful })
  await door.call.close()
  const guest = async (): Promise<void> => {
    await sleep(10)
    await door.call.open()
  }
  spawn(guest, { label: 'guest' })
  await sleep(20)
  return door.call.isLockedOpen()
}

export const tickAfterCancel: Bug = {
  name: 'tick after its timer was cancelled',
  story:
    'A timer is cancelled when its message is already on its way, and locks a door that has been opened.',

  async broken() {
    expectSame(await locksAnOpenDoor(false), false)
  },

  async fixed() {
    expectSame(await locksAnOpenDoor(true), false)
  },
}
