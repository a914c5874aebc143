import { Call, Cast, GenServer, type Ref, sleep, start, stop } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

@GenServer()
class Store {
  #rows: string[] = []

  /** The rows outlive the store, as a file does. */
  init(rows: string[]): void {
    this.#rows = rows
  }

  @Call() save(row: string): void {
    this.#rows.push(row)
  }
}

@GenServer()
class Writer {
  #store!: Ref<Store>
  #unsaved: string[] = []

  init(store: Ref<Store>): void {
    this.#store = store
  }

  @Cast() write(row: string): void {
    this.#unsaved.push(row)
  }

  async terminate(): Promise<void> {
    for (const row of this.#unsaved) await this.#store.call.save(row)
  }
}

async function writeAndStop(
  stopAll: (writer: Ref<Writer>, store: Ref<Store>) => Promise<unknown>,
): Promise<string[]> {
  const rows: string[] = []
  const store = await start(Store, rows)
  const writer = await start(Writer, store)
  writer.cast.write('a row')
  await stopAll(writer, store)
  await sleep(1)
  return rows
}

export const shutdownOrder: Bug = {
  name: 'wrong order of shutdown',
  story:
    'All servers are stopped at once; the store may be gone when the writer wants to save what it has left.',
  options: { messages: 'share', crashes: 'allow' },

  async broken(sim) {
    const rows = await writeAndStop(async (writer, store) => {
      const written = stop(writer)
      await moments(sim, 5)
      await Promise.allSettled([written, stop(store)])
    })
    expectSame(rows, ['a row'])
  },

  async fixed() {
    const rows = await writeAndStop(async (writer, store) => {
      await stop(writer)
      await stop(store)
    })
    expectSame(rows, ['a row'])
  },
}
