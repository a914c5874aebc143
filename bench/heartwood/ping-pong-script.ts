import { type Pid, receive, self, send, spawnLink } from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'

interface Ball {
  readonly left: number
  readonly from: Pid
}

/** Hands the ball back until there have been so many hops, and says at the end how many were its own. */
async function player(main: Pid): Promise<void> {
  let hops = 0
  for (;;) {
    const message = (await receive()) as Ball | 'stop'
    if (message === 'stop') break
    if (message.left === 0) send(main, 'landed')
    else {
      hops += 1
      send(message.from, { left: message.left - 1, from: self() } satisfies Ball)
    }
  }
  send(main, { hops })
}

export async function work(size: number): Promise<Sample> {
  const main = self()
  const [one, other] = [spawnLink(() => player(main)), spawnLink(() => player(main))]
  const start = began()
  send(one, { left: size, from: other } satisfies Ball)
  await receive('landed')
  const spent = cost(start, size)
  let counted = 0
  for (const pid of [one, other]) {
    send(pid, 'stop')
    counted += (await receive(isScore)).hops
  }
  return { counted, ...spent }
}

function isScore(message: unknown): message is { hops: number } {
  return typeof message === 'object' && message !== null && 'hops' in message
}
