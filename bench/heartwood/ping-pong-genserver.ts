import { Call, GenServer, type Pid, receive, self, send, startLink } from 'heartwood'
import { began, cost, type Sample } from '../harness/sample.js'
import { pidOf, stopAll } from './servers.js'

class Ball {
  constructor(
    readonly left: number,
    readonly from: Pid,
    readonly main: Pid,
  ) {}
}

@GenServer()
class Player {
  #hops = 0

  handleInfo({ left, from, main }: Ball): void {
    if (left === 0) send(main, 'landed')
    else {
      this.#hops += 1
      send(from, new Ball(left - 1, self(), main))
    }
  }

  @Call() hops(): number {
    return this.#hops
  }
}

export async function work(size: number): Promise<Sample> {
  const [one, other] = [await startLink(Player), await startLink(Player)]
  const start = began()
  send(pidOf(one), new Ball(size, pidOf(other), self()))
  await receive('landed')
  const spent = cost(start, size)
  const counted = (await one.call.hops()) + (await other.call.hops())
  stopAll([pidOf(one), pidOf(other)])
  return { counted, ...spent }
}
