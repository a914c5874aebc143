/** A server in an endless loop, ended, restarted and called again: how long that takes, and what is left behind. */
import { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Worker as Thread } from 'node:worker_threads'
import { exit, HeartwoodError, type Pid, ref, startIsolated, startSupervisor, trapExit } from 'heartwood'
import { now } from './clock.js'
import { spread } from './spread.js'
import { Worker } from './worker.js'

/** Long enough that a busy machine, on which a thread does not run for a while, is not taken for a loop. */
const LIMIT = 250

interface Left {
  readonly threads: number
  readonly descriptors: number
  readonly handles: number
}

/** @param rest milliseconds between two loops, in which the next spare loads: on a busy machine that takes seconds */
export async function restarts(
  times: number,
  isolate: 'thread' | 'process',
  warm: number,
  rest: number,
): Promise<void> {
  const start = () => startIsolated(Worker, undefined, { name: 'worker', isolate, blockedFor: LIMIT, warm })
  trapExit(true)
  const supervisor = await startSupervisor({
    intensity: times + 1,
    children: [{ id: 'worker', start }],
  })
  const worker = ref(Worker, 'worker').with({ waitForRestart: 30_000 })
  await worker.call.add(1)
  const told: number[] = []
  const ours: number[] = []
  const ends = new Ends(isolate)
  const answered: number[] = []
  let before: Left | undefined
  let memory = 0
  for (let round = 0; round < times; round++) {
    await pause(warm > 0 ? rest : 10)
    if (round === 10) {
      globalThis.gc?.()
      before = left()
      memory = process.memoryUsage.rss()
    }
    const began = now()
    const error: unknown = await worker.call.loop().catch((thrown: unknown) => thrown)
    if (!HeartwoodError.is(error, 'CALL_SERVER_EXITED')) throw error
    const heard = now() - began - LIMIT
    told.push(heard)
    ours.push(heard - ends.last)
    await worker.call.add(1)
    answered.push(now() - began - LIMIT)
  }
  await pause(1_000)
  globalThis.gc?.()
  console.log(
    `${times} endless loops in a ${isolate}, blockedFor ${LIMIT} ms, warm ${warm}; ms after the limit`,
  )
  console.log(`  the caller told   ${spread(told)}`)
  console.log(`  of that ours      ${spread(ours)}: without what Node took from the kill to the end`)
  console.log(`  the next answered ${spread(answered)}`)
  console.log(`  left behind       ${JSON.stringify(before)} → ${JSON.stringify(left())}`)
  console.log(`  memory            ${mib(memory)} → ${mib(process.memoryUsage.rss())} MiB`)
  ends.stop()
  exit(supervisor as Pid, 'shutdown')
  await pause(500)
  console.log(`  after the stop    ${JSON.stringify(left())}`)
}

/** How long Node takes to end a thread in an endless loop that has loaded the same module, and to say so. */
export async function bareEnds(times: number): Promise<void> {
  const took: number[] = []
  for (let round = 0; round < times; round++) {
    const source = `import(${JSON.stringify(import.meta.resolve('./worker.js'))}).then(() => { for (;;); })`
    const thread = new Thread(source, { eval: true })
    await pause(500)
    const began = now()
    const gone = once(thread, 'exit')
    void thread.terminate()
    await gone
    took.push(now() - began)
  }
  console.log(`${times} threads in an endless loop ended by Node alone; ms`)
  console.log(`  ${spread(took)}`)
}

/** How long Node takes from when a thread or program is killed until it says that it is gone. */
class Ends {
  readonly #took: number[] = []
  readonly #made = (thread: Thread): void => this.#follow(thread, 'terminate')
  readonly #kill = ChildProcess.prototype.kill

  constructor(isolate: 'thread' | 'process') {
    if (isolate === 'thread') process.on('worker', this.#made)
    else {
      const follow = (program: ChildProcess): void => this.#follow(program, 'kill')
      const kill = this.#kill
      ChildProcess.prototype.kill = function (this: ChildProcess, signal) {
        follow(this)
        return kill.call(this, signal)
      }
    }
  }

  /** Milliseconds, of the last one. */
  get last(): number {
    return this.#took.at(-1) ?? 0
  }

  stop(): void {
    process.off('worker', this.#made)
    ChildProcess.prototype.kill = this.#kill
  }

  #follow(what: Thread | ChildProcess, how: 'terminate' | 'kill'): void {
    let killedAt = now()
    what.once('exit', () => this.#took.push(now() - killedAt))
    if (how === 'kill') return
    const thread = what as Thread
    const terminate = thread.terminate.bind(thread)
    thread.terminate = () => {
      killedAt = now()
      return terminate()
    }
  }
}

function left(): Left {
  return {
    threads: readdirSync('/proc/self/task').length,
    descriptors: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().filter((each) => each !== 'Timeout' && each !== 'Immediate')
      .length,
  }
}

const mib = (bytes: number): number => Math.round(bytes / 1_048_576)

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
