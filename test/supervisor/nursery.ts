import {
  type ExitReason,
  exit,
  isAlive,
  isExit,
  type Kernel,
  Pid,
  parentPid,
  type Report,
  receive,
  send,
  spawnLink,
  trapExit,
} from '../../src/kernel/index.js'
import { type ChildSpec, type StartReturn, whichChildren } from '../../src/supervisor/index.js'

/** How a child of the nursery lives and dies; the rest are fields of its spec. */
export interface Manner extends Omit<Partial<ChildSpec>, 'id' | 'start'> {
  /** Traps exits: then its end is in the log. */
  readonly traps?: boolean
  /** What a trapping child does when told to stop: exit for the reason given, for another one, or nothing at all. */
  readonly toldToStop?: 'obey' | 'hang' | { readonly exit: ExitReason }
  /** What becomes of its nth start, counted from 1; a function gets the number. Otherwise it starts. */
  readonly plan?: Readonly<Record<number, Outcome>> | ((nth: number) => Outcome | undefined)
}

type Outcome = 'ignore' | 'garbage' | { readonly fail: unknown } | { readonly info: unknown }

class Order {
  constructor(readonly reason: ExitReason) {}
}

/** Children for tests, with a log of who started and stopped in which order: `start a#1`, `stop a#1 shutdown`. */
export class Nursery {
  readonly log: string[] = []
  readonly #starts = new Map<string, number>()
  readonly #pids = new Map<string, Pid>()

  /** The spec of a child. */
  child(id: string, manner: Manner = {}): ChildSpec {
    const { traps, toldToStop, plan, ...fields } = manner
    return { ...fields, id, start: () => this.#start(id, manner) }
  }

  /** The newest incarnation of a child. */
  pid(id: string): Pid {
    const pid = this.#pids.get(id)
    if (pid === undefined) throw new Error(`${id} never started`)
    return pid
  }

  /** How often a child was started, or tried to. */
  starts(id: string): number {
    return this.#starts.get(id) ?? 0
  }

  hasRun(id: string): boolean {
    return this.#pids.has(id)
  }

  isAlive(id: string): boolean {
    return isAlive(this.pid(id))
  }

  /** What the log got since it was last taken. */
  taken(): string[] {
    return this.log.splice(0)
  }

  #start(id: string, { traps, toldToStop = 'obey', plan }: Manner): StartReturn {
    const nth = this.starts(id) + 1
    this.#starts.set(id, nth)
    const outcome = typeof plan === 'function' ? plan(nth) : plan?.[nth]
    this.log.push(`start ${id}#${nth}${typeof outcome === 'string' ? ` ${outcome}` : ''}`)
    if (outcome === 'ignore') return 'ignore'
    if (outcome === 'garbage') return 42 as unknown as StartReturn
    if (outcome !== undefined && 'fail' in outcome) throw outcome.fail
    const pid = spawnLink(() => this.#live(`${id}#${nth}`, traps === true, toldToStop))
    this.#pids.set(id, pid)
    return outcome === undefined ? pid : { pid, info: outcome.info }
  }

  async #live(name: string, traps: boolean, toldToStop: Manner['toldToStop']): Promise<void> {
    if (traps) trapExit(true)
    for (;;) {
      const message = await receive()
      if (message instanceof Order) exit(message.reason)
      if (!isExit(message) || message.from !== parentPid()) continue
      this.log.push(`stop ${name} ${String(message.reason)}`)
      if (toldToStop === 'hang') continue
      exit(typeof toldToStop === 'object' ? toldToStop.exit : message.reason)
    }
  }
}

/** Makes a child of the nursery exit for a reason of its own, and waits until everything that follows has happened. */
export async function end(kernel: Kernel, child: Pid, reason: ExitReason): Promise<void> {
  send(child, new Order(reason))
  await kernel.settled()
}

/** Kills a process, and waits until everything that follows has happened. */
export async function kill(kernel: Kernel, pid: Pid): Promise<void> {
  exit(pid, 'kill')
  await kernel.settled()
}

/** The children of a supervisor as a line, oldest first: `a:up b:undefined c:restarting`. */
export async function lineOf(supervisor: Pid | string): Promise<string> {
  const children = await whichChildren(supervisor)
  const state = (pid: unknown): string => (pid instanceof Pid ? 'up' : String(pid))
  return children
    .toReversed()
    .map(({ id, pid }) => `${id}:${state(pid)}`)
    .join(' ')
}

/** The supervisor reports, each as `child_terminated a boom`. */
export function supervisorReports(reports: readonly Report[]): string[] {
  return reports
    .filter(({ kind }) => kind === 'supervisor')
    .map(({ context, offender, reason }) => {
      const { id } = (offender ?? {}) as { id?: string }
      return `${String(context)} ${id ?? '-'} ${shown(reason)}`
    })
}

function shown(reason: unknown): string {
  if (reason instanceof Error) return reason.message
  return typeof reason === 'object' ? JSON.stringify(reason) : String(reason)
}
