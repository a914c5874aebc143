import {
  Cast,
  exit,
  GenServer,
  isExit,
  type Pid,
  receive,
  ref,
  self,
  send,
  startSupervisor,
  trapExit,
} from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'

/** Restarts that one supervisor sees: OTP looks through all of the period at each, and is not to be measured by that. */
const EACH = 100

/** Says when it is up, and crashes when it is told to. */
@GenServer()
class Careless {
  init(main: Pid): void {
    send(main, new Up(self()))
  }

  @Cast() crash(): void {
    throw new Error('oops')
  }
}

class Up {
  constructor(readonly pid: Pid) {}
}

export async function work(size: number): Promise<Sample> {
  trapExit(true)
  const start = began()
  let counted = 0
  while (counted < size) counted += await supervised(Math.min(EACH, size - counted))
  return perOperation(start, counted)
}

async function supervised(times: number): Promise<number> {
  const supervisor = await startSupervisor(
    { intensity: EACH, period: 3_600_000, children: [[Careless, self()]] },
    { link: true },
  )
  let { pid } = await receive(isUp)
  for (let left = times; left > 0; left--) {
    ref(Careless, pid).cast.crash()
    ;({ pid } = await receive(isUp))
  }
  exit(supervisor, 'shutdown')
  await receive(isExit)
  return times
}

function isUp(message: unknown): message is Up {
  return message instanceof Up
}
