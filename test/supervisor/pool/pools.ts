import { defineServer, noReply, type Ref } from '../../../src/genserver/index.js'
import { currentKernel, type Pid, processInfo } from '../../../src/kernel/index.js'
import {
  countChildren,
  type PoolOptions,
  type PoolRef,
  poolRef,
  poolSpec,
  startSupervisor,
  type WorkerPoolOptions,
  whichChildren,
} from '../../../src/supervisor/index.js'

/** A worker that does nothing, or never answers. */
export class Worker {
  work(): string {
    return 'done'
  }
  hang(): typeof noReply {
    return noReply
  }
}
defineServer(Worker, { calls: ['work', 'hang'] })

type Member = Ref<Worker>

/** A pool under a supervisor, with what the tests of others look at. */
export interface Tried<R> {
  readonly pool: PoolRef<R>
  readonly top: Pid
  /** poolboy's `get_avail_workers`, `get_all_workers` and `get_all_monitors`, as numbers. */
  figures(): Promise<{ idle: number; all: number; lent: number }>
  /** How many monitors of borrowers the pool has. */
  borrowersWatched(): Promise<number>
}

export async function tryPool<R>(options: PoolOptions<R>): Promise<Tried<R>>
export async function tryPool(options: WorkerPoolOptions<typeof Worker>): Promise<Tried<Member>>
export async function tryPool(
  options: PoolOptions<unknown> | WorkerPoolOptions<typeof Worker>,
): Promise<Tried<unknown>> {
  const top = await startSupervisor({ children: [poolSpec('pool', options as PoolOptions<unknown>)] })
  const pool = poolRef<unknown>('pool')
  const [entry] = await whichChildren(top)
  const settled = (): Promise<void> => settle()
  const membersOf = async (): Promise<Pid> => {
    const parts = await whichChildren(entry?.pid as Pid)
    return parts.find(({ id }) => id === 'members')?.pid as Pid
  }
  return {
    pool,
    top,
    async figures() {
      await settled()
      const { idle, lent } = await pool.status()
      return { idle, all: (await countChildren(await membersOf())).active, lent }
    },
    async borrowersWatched() {
      await settled()
      const monitors = processInfo(pool.pid as Pid)?.monitors ?? []
      return monitors.length - (await countChildren(await membersOf())).active
    },
  }
}

/** As poolboy's `new_pool(Size, MaxOverflow)`. */
export function newPool(size: number, overflow: number, more: object = {}): Promise<Tried<Member>> {
  return tryPool({ worker: Worker, size, overflow, ...more })
}

/** Lets everything run that can run without the clock. */
export async function settle(): Promise<void> {
  await currentKernel().settled()
}
