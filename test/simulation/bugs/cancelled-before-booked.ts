import { Call, GenServer, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Hotel {
  readonly #booked = new Set<string>()
  readonly #cancelled = new Set<string>()

  @Call() book(trip: string): void {
    this.#booked.add(trip)
  }

  @Call() bookUnlessCancelled(trip: string): void {
    if (!this.#cancelled.has(trip)) this.#booked.add(trip)
  }

  @Call() cancel(trip: string): void {
    this.#cancelled.add(trip)
    this.#booked.delete(trip)
  }

  @Call() rooms(): number {
    return this.#booked.size
  }
}

async function roomsOfACancelledTrip(sim: Simulation, careful: boolean): Promise<number> {
  const hotel = await start(Hotel)
  const book = (): Promise<void> =>
    careful ? hotel.call.bookUnlessCancelled('trip') : hotel.call.book('trip')
  spawn(book, { label: 'booking' })
  const compensate = async (): Promise<void> => {
    await moments(sim, 4)
    await hotel.call.cancel('trip')
  }
  spawn(compensate, { label: 'compensation' })
  await sleep(1)
  return hotel.call.rooms()
}

export const cancelledBeforeBooked: Bug = {
  name: 'cancelled before it was booked',
  story: 'The compensation of a saga overtakes the step that it is to undo, and the room stays booked.',

  async broken(sim) {
    expectSame(await roomsOfACancelledTrip(sim, false), 0)
  },

  async fixed(sim) {
    expectSame(await roomsOfACancelledTrip(sim, true), 0)
  },
}
