import {
  Call,
  Cast,
  GenServer,
  Info,
  isDown,
  type Pid,
  type Ref,
  receive,
  self,
  sendAfter,
  sleep,
  spawnMonitor,
  start,
  stop,
} from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

/** Its rows outlive it. */
@GenServer()
class Disk {
  #rows: string[] = []

  init(rows: string[]): void {
    this.#rows = rows
  }

  @Call() write(rows: readonly string[]): void {
    this.#rows.push(...rows)
  }
}

/** Takes rows at once and writes them behind, each batch by a helper. */
@GenServer()
class Buffer {
  #disk!: Ref<Disk>
  #careful = false
  #rows: string[] = []
  #helper: Pid | undefined

  init({ disk, careful }: { disk: Ref<Disk>; careful: boolean }): void {
    this.#disk = disk
    this.#careful = careful
    sendAfter(10, self(), 'flush')
  }

  @Cast() add(row: string): void {
    this.#rows.push(row)
  }

  @Info('flush') flush(): void {
    const [disk, rows] = [this.#disk, this.#rows]
    this.#rows = []
    this.#helper = spawnMonitor(() => disk.call.write(rows), { label: 'helper' }).pid
  }

  @Info(isDown) written(): void {
    this.#helper = undefined
  }

  async terminate(): Promise<void> {
    if (this.#rows.length > 0) await this.#disk.call.write(this.#rows)
    if (this.#careful && this.#helper !== undefined) await receive(isDown)
  }
}

async function rowsOnDisk(careful: boolean): Promise<string[]> {
  const rows: string[] = []
  const disk = await start(Disk, rows)
  const buffer = await start(Buffer, { disk, careful })
  buffer.cast.add('row')
  await sleep(10)
  await stop(buffer)
  await stop(disk)
  await sleep(1)
  return rows
}

export const lastBatch: Bug = {
  name: 'last batch lost at shutdown',
  story:
    'A buffer writes what it has left when it is stopped, but not what a helper is still about to write.',
  options: { messages: 'share', crashes: 'allow' },

  async broken() {
    expectSame(await rowsOnDisk(false), ['row'])
  },

  async fixed() {
    expectSame(await rowsOnDisk(true), ['row'])
  },
}
