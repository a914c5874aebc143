import type { Ref } from 'heartwood'
import { Call, GenServer, sleep, spawn, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

@GenServer()
class Table {
  #price = 1
  #version = 0

  @Call() read(): { price: number; version: number } {
    return { price: this.#price, version: this.#version }
  }

  @Call() write(price: number): number {
    this.#price = price
    return ++this.#version
  }
}

@GenServer()
class Cache {
  #entry: { price: number; version: number } | undefined
  /** The version below which an entry is known to be old. */
  #oldest = 0

  @Call() get(): number | undefined {
    return this.#entry?.price
  }

  @Call() fill(entry: { price: number; version: number }): void {
    this.#entry = entry
  }

  @Call() clear(): void {
    this.#entry = undefined
  }

  @Call() fillIfNew(entry: { price: number; version: number }): void {
    if (entry.version >= this.#oldest) this.#entry = entry
  }

  @Call() clearBefore(version: number): void {
    this.#oldest = version
    this.#entry = undefined
  }
}

async function priceAfterRaise(
  read: (table: Ref<Table>, cache: Ref<Cache>) => Promise<unknown>,
  raise: (table: Ref<Table>, cache: Ref<Cache>) => Promise<unknown>,
): Promise<number> {
  const [table, cache] = [await start(Table), await start(Cache)]
  spawn(() => read(table, cache), { label: 'reader' })
  spawn(() => raise(table, cache), { label: 'writer' })
  await sleep(1)
  return (await cache.call.get()) ?? (await table.call.read()).price
}

export const staleCache: Bug = {
  name: 'stale cache',
  story:
    'A reader fetches the old value, a writer changes it and clears the cache, and the reader puts the old one in.',

  async broken() {
    const price = await priceAfterRaise(
      async (table, cache) => {
        if ((await cache.call.get()) === undefined) await cache.call.fill(await table.call.read())
      },
      async (table, cache) => {
        await table.call.write(2)
        await cache.call.clear()
      },
    )
    expectSame(price, 2)
  },

  async fixed() {
    const price = await priceAfterRaise(
      async (table, cache) => {
        if ((await cache.call.get()) === undefined) await cache.call.fillIfNew(await table.call.read())
      },
      async (table, cache) => cache.call.clearBefore(await table.call.write(2)),
    )
    expectSame(price, 2)
  },
}
