/**
 * A consumer of a BullMQ queue as a worker: `REDIS_PORT=6379 npm run service bullmq`. Each job runs as a supervised task, so that
 * what goes wrong in one is the failure of that job.
 */
import { Worker } from 'bullmq'
import {
  application,
  boot,
  Cast,
  child,
  defineConfig,
  GenServer,
  own,
  ownCallback,
  ref,
  Supervisor,
  sleep,
  TaskSupervisor,
  trapExit,
} from 'heartwood'

/** How many jobs are handled at once. The queue keeps the others. */
const AT_ONCE = 4

/** Milliseconds that a job may take. */
const LIMIT = Number(process.env.LIMIT ?? 60_000)

interface Order {
  readonly id: number
  readonly does?: 'work' | 'reject' | 'crash' | 'slow' | 'hang'
}

async function handle({ id, does = 'work' }: Order, attempt: number): Promise<string> {
  console.log(`begins ${id}`)
  if (does === 'slow') await sleep(150)
  if (does === 'hang') await new Promise(() => {})
  if (attempt === 1 && does === 'reject') throw new Error(`order ${id} is rejected`)
  // Where no caller waits: in a plain consumer the end of the program, and of all jobs that it has.
  if (attempt === 1 && does === 'crash') {
    setImmediate(() => JSON.parse('{'))
    await new Promise(() => {})
  }
  return `order ${id} is done`
}

const tasks = TaskSupervisor.ref('jobs')

@GenServer({ name: 'consumer' })
class Consumer {
  #worker: Worker | undefined

  init(): void {
    trapExit(true)
    // However this worker ends, it is closed before there is a successor.
    const worker = own(
      new Worker(
        'orders',
        async ({ data, attemptsMade }) => {
          const task = await tasks.asyncNolink(() => handle(data, attemptsMade + 1))
          // Not `task.await(LIMIT)`: that ends only the wait, and the task would keep its place.
          const outcome = (await task.yield(LIMIT)) ?? (await task.shutdown('brutal_kill'))
          // A job is acknowledged when this resolves, and fails when it rejects: it is then tried again as the queue says.
          if (outcome === undefined) throw new Error(`order ${data.id} took longer than ${LIMIT} ms`)
          if (!('ok' in outcome)) throw outcome.exit
          console.log(outcome.ok)
          return outcome.ok
        },
        {
          connection: { host: '127.0.0.1', port: Number(process.env.REDIS_PORT ?? 6379) },
          concurrency: AT_ONCE,
        },
      ),
    )
    this.#worker = worker
    // BullMQ connects again by itself when Redis is away; without a listener each attempt would be a crash.
    worker.on(
      'error',
      ownCallback((error) => console.log(`redis: ${error.message}`)),
    )
  }

  /** Told to stop, it takes no new job, and waits for those that it has. After a crash they fail, and are tried again. */
  async terminate(): Promise<void> {
    await this.#worker?.close()
  }

  @Cast() breaks(): void {
    throw new Error('the consumer is broken')
  }
}

// The tasks stop after the consumer, which waits for them.
@Supervisor({
  strategy: 'rest_for_one',
  intensity: 100,
  children: [
    TaskSupervisor.childSpec({ name: 'jobs', maxChildren: AT_ONCE }),
    child(Consumer, undefined, { shutdown: 10_000 }),
  ],
})
class Root {}

await boot(
  defineConfig({
    applications: [
      application({ name: 'orders', root: Root, stop: () => console.log('the tree has stopped') }),
    ],
    log: { level: process.env.LOG === 'info' ? 'info' : 'fatal' },
  }),
  { signals: true },
)
console.log('consuming')

// For those who want to see it crash: kill -USR2.
process.on('SIGUSR2', () => ref(Consumer).cast.breaks())
