/** One process from near. */
import { getStatus, getStatusAt, type StatePart, seenMessage, seenServer } from '../../genserver/index.js'
import {
  currentKernel,
  HeartwoodError,
  isElsewhere,
  type Kernel,
  type Pid,
  processDetail,
  processSummary,
  seenElsewhere,
  sleep,
  snapshot,
  type ValuePage,
} from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { seenSupervisor } from '../../supervisor/index.js'
import type { Measures } from './handler-times.js'
import { lineOf } from './one-line-value.js'
import { whoever, whoIs } from './process-identity.js'
import { rowOf } from './process-row.js'

/** How much of each list is shown. */
const FIRST = 50
/** How long a process has to tell its state, in milliseconds. */
const PATIENCE = 200

/** Why nothing is told of a state. */
type NotSeen =
  /** It is at work and did not answer. */
  | { readonly busy: true }
  /** It is no server: it has no state that could be asked for. */
  | { readonly none: true }
  | { readonly error: string }

/** What a process says its state is, as its `formatStatus` shapes it. */
export type SeenState = { readonly value: unknown; readonly mode: 'running' | 'suspended' } | NotSeen

/** One page of what stands in one place of it. */
export type SeenPart = { readonly page: ValuePage; readonly mode: 'running' | 'suspended' } | NotSeen

/** A process from near, or undefined for a dead one. */
export async function detailOf(kernel: Kernel, pid: Pid, measures: Measures, asking: Asking) {
  const state = await asking.stateOf(pid)
  const row = rowOf(pid, measures)
  const near = processDetail(pid, FIRST)
  if (row === undefined || near === undefined) return undefined
  return {
    ...row,
    ...placeOf(pid),
    ancestors: near.ancestors.map((each) => whoever(kernel, each)),
    linked: near.links.map(whoIs),
    monitors: near.monitors.map((each) => whoever(kernel, each)),
    monitoredBy: near.monitoredBy.map(whoIs),
    messages: near.messages.map(messageOf),
    resources: near.owned,
    timers: near.timers,
    trapping: near.trapExit,
    mailbox: near.mailbox ?? null,
    doing: doingOf(pid),
    state,
  }
}

/** What supervises it, and what it supervises. @param parent who started it, where that is not known here */
export function placeOf(pid: Pid, parent: Pid | undefined = processSummary(pid)?.parent) {
  const child = parent === undefined ? undefined : seenSupervisor(parent)?.find(pid)
  const own = seenSupervisor(pid)
  return {
    supervisor:
      child === undefined || parent === undefined
        ? null
        : {
            ...whoIs(parent),
            child: lineOf(child.id),
            restart: child.restart,
            shutdown: String(child.shutdown),
          },
    restarts: child?.restarts ?? null,
    supervises:
      own === undefined
        ? null
        : {
            kind: own.kind,
            strategy: own.strategy,
            intensity: own.intensity,
            period: own.period,
            children: own.size,
          },
  }
}

function messageOf(message: unknown): { kind: string; text: string; from: string | null } {
  const { kind, content, from } = seenMessage(message)
  return { kind, text: lineOf(content), from: from === undefined ? null : String(from) }
}

/** What it is handling, and for how long. */
function doingOf(pid: Pid): { readonly message: string; readonly for: number | null } | null {
  const seen = processSummary(pid)
  if (seen?.status !== 'busy') return null
  const handling = seenServer(pid)?.handling
  const message = handling === undefined ? '' : lineOf(seenMessage(handling).content)
  return { message, for: seen.busyFor ?? null }
}

/** Asks servers for their state, and never has more than one question waiting with any of them. */
export class Asking {
  /** How many messages a process must have handled before a question that it left unanswered is out of its mailbox. */
  readonly #waiting = new Map<Pid, number>()
  /** Those elsewhere that a question is open with. */
  readonly #open = new Set<Pid>()
  /** Questions that may still be answered in time. */
  readonly #asked = new Map<Pid, Promise<unknown>>()

  constructor(private readonly kernel: Kernel) {}

  stateOf(pid: Pid): Promise<SeenState> {
    return this.#ask(
      pid,
      (patience) => getStatus(pid, patience),
      ({ state, mode }) => ({ value: snapshot(state), mode }),
    )
  }

  /** @returns undefined where nothing stands in that place by now */
  partOf(pid: Pid, part: StatePart): Promise<SeenPart | undefined> {
    return this.#ask<Awaited<ReturnType<typeof getStatusAt>>, SeenPart | undefined>(
      pid,
      (patience) => getStatusAt(pid, part, patience),
      ({ state: page, mode }) => page && { page, mode },
    )
  }

  async #ask<Status extends { readonly formatError?: unknown }, T>(
    pid: Pid,
    question: (patience: number) => Promise<Status>,
    shown: (status: Status) => T,
  ): Promise<T | NotSeen> {
    // Who asks two things at once, as a page does, gets two answers.
    for (let asked = this.#asked.get(pid); asked !== undefined; asked = this.#asked.get(pid)) await asked
    const seen = processSummary(pid)
    // One elsewhere is a server as far as it is known what it runs.
    const isServer = seenServer(pid) !== undefined || seenElsewhere(pid)?.runs !== undefined
    if (seen === undefined || !isServer) return { none: true }
    if (isElsewhere(pid)) return this.#askElsewhere(pid, question, shown)
    const due = this.#waiting.get(pid)
    if (due !== undefined && ((seen.handled - due) | 0) < 0) return { busy: true }
    this.#waiting.set(pid, seen.handled + seen.queueLength + 1)
    const asking = this.within(() => question(PATIENCE))
    const over = asking.then(
      () => this.#asked.delete(pid),
      () => this.#asked.delete(pid),
    )
    this.#asked.set(pid, over)
    try {
      const status = await asking
      this.#waiting.delete(pid)
      const { formatError } = status
      return formatError === undefined ? shown(status) : { error: reasonLine(formatError) }
    } catch (error) {
      if (HeartwoodError.is(error, 'CALL_TIMEOUT')) return { busy: true }
      this.#waiting.delete(pid)
      return { error: reasonLine(error) }
    }
  }

  /** What it has handled is not known here: a question that is not answered in time stays open, and the next waits for that. */
  async #askElsewhere<Status extends { readonly formatError?: unknown }, T>(
    pid: Pid,
    question: (patience: number) => Promise<Status>,
    shown: (status: Status) => T,
  ): Promise<T | NotSeen> {
    if (this.#open.has(pid)) return { busy: true }
    this.#open.add(pid)
    const asking = this.within(() => question(Number.POSITIVE_INFINITY)).then(
      ({ formatError, ...status }) =>
        formatError === undefined ? shown(status as Status) : { error: reasonLine(formatError) },
      (error: unknown) => ({ error: reasonLine(error) }),
    )
    asking.finally(() => this.#open.delete(pid))
    const late = this.within(() => sleep(PATIENCE)).then((): NotSeen => ({ busy: true }))
    return Promise.race([asking, late])
  }

  /** Runs `ask` in the kernel that is observed, whoever's code this runs in. */
  within<T>(ask: () => Promise<T>): Promise<T> {
    return currentKernel() === this.kernel ? ask() : this.kernel.run(ask)
  }

  sweep(): void {
    for (const pid of this.#waiting.keys()) if (!this.kernel.isAlive(pid)) this.#waiting.delete(pid)
  }
}
