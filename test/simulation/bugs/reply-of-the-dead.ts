import {
  type DownMessage,
  isDown,
  monitor,
  type Pid,
  Reference,
  receive,
  self,
  send,
  sleep,
  spawn,
  spawnLink,
  startSupervisor,
  whereis,
} from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

interface Question {
  readonly client: Pid
  readonly ask: string
  readonly ref: Reference
}

interface Answer {
  readonly answer: string
  readonly ref: Reference
}

const isAnswer = (message: unknown): message is Answer =>
  typeof message === 'object' && message !== null && 'answer' in message

/** Has each question answered by a helper of its own; the word `crash` is the end of it, but not of its helpers. */
async function desk(): Promise<void> {
  for (;;) {
    const message = (await receive()) as Question | 'crash'
    if (message === 'crash') throw new Error('the desk is on fire')
    const { client, ask, ref } = message
    spawn(() => send(client, { answer: `about ${ask}`, ref }), { label: 'helper' })
  }
}

async function askTwice(sim: Simulation, mine: (answer: Answer, ref: Reference) => boolean): Promise<string> {
  await startSupervisor({ children: [{ id: 'desk', start: () => spawnLink(desk, { name: 'desk' }) }] })
  const gremlin = async (): Promise<void> => {
    await moments(sim, 6)
    send('desk', 'crash')
  }
  const put = async (ask: string): Promise<Answer | DownMessage> => {
    const ref = new Reference()
    const watch = monitor('desk')
    send('desk', { client: self(), ask, ref })
    return (await receive(
      (message: unknown) =>
        (isDown(message) && message.ref === watch) || (isAnswer(message) && mine(message, ref)),
    )) as Answer | DownMessage
  }
  spawn(gremlin, { label: 'gremlin' })
  const first = await put('a')
  if (!isDown(first)) return 'about b'
  // The supervisor is at it.
  while (whereis('desk') === undefined) await sleep(1)
  const second = await put('b')
  return isDown(second) ? 'down' : second.answer
}

export const replyOfTheDead: Bug = {
  name: 'reply of the dead',
  story: 'A client takes the late answer of a server’s former incarnation for that to its new question.',
  options: { crashes: 'allow' },

  async broken(sim) {
    expectSame(await askTwice(sim, () => true), 'about b')
  },

  async fixed(sim) {
    expectSame(await askTwice(sim, (answer, ref) => answer.ref === ref), 'about b')
  },
}
