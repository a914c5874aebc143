/** What a process sends itself is there at once: before all that is sent later, and behind what has come before. */
import { Cast, GenServer, processInfo, receive, self, send, sleep, spawn, start } from 'heartwood'
import { type ExploreOptions, explore, type Program } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'

async function outcomesOf(program: Program, options: ExploreOptions = {}): Promise<string[]> {
  const search = await explore({ strategy: 'exhaustive', ...options }, program)
  expect(search.reason).toBeUndefined()
  return [...search.outcomes.keys()].sort()
}

/** A message of another is on its way to a process when that sends itself one. */
const program: Program = async (sim) => {
  const came: unknown[] = []
  const receiver = spawn(
    async () => {
      await sim.pause()
      send(self(), 'own')
      came.push(await receive(), await receive())
    },
    { label: 'receiver' },
  )
  spawn(() => send(receiver, 'another'), { label: 'sender' })
  await sleep(1)
  return came.join(', ')
}

describe('a message to oneself', () => {
  it.each<[string, ExploreOptions]>([
    ['the reduced search', {}],
    ['the search of all', { reduction: false }],
    ['messages in the order of sending', { delivery: 'ordered' }],
  ])('comes before or behind one that is on its way: %s', async (_, options) => {
    expect(await outcomesOf(program, options)).toEqual(["'another, own'", "'own, another'"])
  })

  it('comes before what another sends because of it, or later', async () => {
    const outcomes = await outcomesOf(async () => {
      const main = self()
      const echo = spawn(async () => send(main, await receive()), { label: 'echo' })
      send(main, 'own')
      send(echo, 'echo')
      return [await receive(), await receive()].join()
    })
    expect(outcomes).toEqual(["'own,echo'"])
  })

  it('is behind an answer that is awaited, and before what its server sends after that', async () => {
    @GenServer()
    class Sender {
      @Cast() tell(): void {
        send(asker, 'told')
      }
    }
    let asker = self()
    const outcomes = await outcomesOf(async () => {
      asker = self()
      const sender = await start(Sender)
      send(asker, 'own')
      sender.cast.tell()
      await sleep(1)
      return [await receive(), await receive()].join()
    })
    expect(outcomes).toEqual(["'own,told'"])
  })

  it('is found by a look at the mailbox', async () => {
    const outcomes = await outcomesOf(async () => {
      send(self(), 1)
      send(self(), 2)
      const count = processInfo(self(), 'messageQueueLength')
      const first = await receive({ timeout: 0 })
      return [count, first, await receive({ timeout: 0 })].join()
    })
    expect(outcomes).toEqual(["'2,1,2'"])
  })
})
