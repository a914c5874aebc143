import { defineServer, sleep, spawn, start } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

/** Collects lines, and writes them to a disk that takes its time. */
class Writer {
  readonly written: string[] = []
  lines: string[] = []
  #sim: Simulation | undefined
  #careful = false

  init({ sim, careful }: { sim: Simulation; careful: boolean }): void {
    this.#sim = sim
    this.#careful = careful
  }

  add(line: string): void {
    this.lines.push(line)
  }

  /** Beside the server: others may add lines meanwhile. */
  async flush(): Promise<void> {
    const lines = this.lines
    if (this.#careful) this.lines = []
    await this.#sim?.pause()
    this.#sim?.touch('disk')
    this.written.push(...lines)
    if (!this.#careful) this.lines = []
  }

  async total(): Promise<number> {
    return this.written.length
  }
}
defineServer(Writer, { calls: ['add', 'flush', 'total'], concurrent: ['flush'] })

async function linesWritten(sim: Simulation, careful: boolean): Promise<number> {
  const writer = await start(Writer, { sim, careful })
  await writer.call.add('line')
  spawn(() => writer.call.flush(), { label: 'size' })
  const timer = async (): Promise<void> => {
    await moments(sim, 10)
    await writer.call.flush()
  }
  spawn(timer, { label: 'timer' })
  await sleep(1)
  return writer.call.total()
}

export const flushedTwice: Bug = {
  name: 'batch flushed twice',
  story: 'A batch is full just when its time is up, and both write it, since it is emptied only afterwards.',
  options: { messages: 'share' },

  async broken(sim) {
    expectSame(await linesWritten(sim, false), 1)
  },

  async fixed(sim) {
    expectSame(await linesWritten(sim, true), 1)
  },
}
