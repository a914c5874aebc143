import { type Pid, Reference, receive, self, send, sleep, spawn } from 'heartwood'
import type { Simulation } from 'heartwood/testing'
import type { Bug } from './bug.js'
import { expectSame } from './expectation.js'
import { moments } from './moments.js'

interface Question {
  readonly from: Pid
  readonly id: Reference
  readonly number: number
}

interface Answer {
  readonly id: Reference
  readonly square: number
}

/** Asks two, and takes what comes first for the answer of the first. */
async function squares(sim: Simulation, careful: boolean): Promise<number[]> {
  const mathematician = (late: number): Pid =>
    spawn(
      async () => {
        const { from, id, number } = (await receive()) as Question
        await moments(sim, late)
        send(from, { id, square: number * number } satisfies Answer)
      },
      { label: `mathematician ${late}` },
    )
  const [first, second] = [mathematician(0), mathematician(6)]
  let got: number[] = []
  const student = async (): Promise<void> => {
    const ids = [new Reference(), new Reference()]
    send(first, { from: self(), id: ids[0] as Reference, number: 3 })
    send(second, { from: self(), id: ids[1] as Reference, number: 4 })
    const answers: number[] = []
    for (const id of ids) {
      const { square } = await receive(
        (message: unknown): message is Answer => !careful || (message as Answer).id === id,
      )
      answers.push(square)
    }
    got = answers
  }
  spawn(student, { label: 'student' })
  await sleep(1)
  return got
}

export const answersMixedUp: Bug = {
  name: 'answers mixed up',
  story: 'Two questions are asked at once, and the answers are told apart by their order.',

  async broken(sim) {
    expectSame(await squares(sim, false), [9, 16])
  },

  async fixed(sim) {
    expectSame(await squares(sim, true), [9, 16])
  },
}
