import { Call, Cast, GenServer, type Ref, sleep, spawn, start } from 'heartwood'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'

@GenServer()
class Replica {
  #value = 'old'
  #version = 0

  @Cast() replicate(value: string, version: number): void {
    this.#value = value
    this.#version = version
  }

  @Call() read(): string {
    return this.#value
  }

  /** Undefined as long as it is behind. */
  @Call() readFrom(version: number): string | undefined {
    return this.#version < version ? undefined : this.#value
  }
}

@GenServer()
class Primary {
  #version = 0
  #replica: Ref<Replica> | undefined

  init({ replica }: { replica: Ref<Replica> }): void {
    this.#replica = replica
  }

  @Call() write(value: string): number {
    this.#version++
    this.#replica?.cast.replicate(value, this.#version)
    return this.#version
  }
}

async function readAfterWrite(
  read: (replica: Ref<Replica>, version: number) => Promise<string>,
): Promise<string> {
  const replica = await start(Replica)
  const primary = await start(Primary, { replica })
  let seen = ''
  const client = async (): Promise<void> => {
    seen = await read(replica, await primary.call.write('new'))
  }
  spawn(client, { label: 'client' })
  await sleep(20)
  return seen
}

export const staleReplica: Bug = {
  name: 'read of a replica that is behind',
  story:
    'Who wrote to the primary reads from a replica that has not heard of it, and does not find its own write.',

  async broken() {
    expectSame(await readAfterWrite((replica) => replica.call.read()), 'new')
  },

  async fixed() {
    const read = async (replica: Ref<Replica>, version: number): Promise<string> => {
      for (;;) {
        const value = await replica.call.readFrom(version)
        if (value !== undefined) return value
        await sleep(1)
      }
    }
    expectSame(await readAfterWrite(read), 'new')
  },
}
