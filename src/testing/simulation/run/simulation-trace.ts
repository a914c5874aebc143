import {
  type Actor,
  type ExitReason,
  type Pid,
  Pid as PidClass,
  type StepListener,
} from '../../../kernel/index.js'
import { Wording } from './wording.js'

/**
 * The kind of an event. `'send'`: a message or signal is sent. `'take'`: it arrives, in a step
 * of its receiver, which may be much later.
 */
export type SimulationEventKind =
  | 'spawn'
  | 'start'
  | 'send'
  | 'take'
  | 'reply'
  | 'resume'
  | 'signal'
  | 'exit'
  | 'time'
  | 'note'
  | 'fault'

/** An event of a run, in words, so that it is the same on every machine. */
export interface SimulationEvent {
  /** Its number, from 1. */
  readonly seq: number
  /** The step in which it happened, from 1. */
  readonly step: number
  /** Milliseconds of virtual time. */
  readonly at: number
  readonly kind: SimulationEventKind
  /** The title of the process that caused it, or `'clock'`. */
  readonly from: string
  /** The process that it concerns. */
  readonly to: string
  readonly what: string
  /** If code continued: where it waited, as `file:line`. */
  readonly place?: string
}

/** Writes down what happens in a stepped kernel. */
export class SimulationTrace implements StepListener {
  readonly #events: { -readonly [K in keyof SimulationEvent]: SimulationEvent[K] }[] = []
  /** A process has its name and its label a moment after it is spawned. */
  #newest: { actor: Actor; at: number } | undefined
  readonly #actors = new Map<string, Actor>()
  readonly #ids = new Map<number, Actor>()
  readonly #started = new Set<Actor>()
  readonly #answers = new Map<string, string[]>()
  /** When time passed last, until something came of it: the kernel's wheel of timers also turns for itself. */
  #timePassed: { step: number; at: number } | undefined = undefined
  readonly #now: () => { step: number; at: number }
  readonly wording = new Wording((id) => this.#ids.get(id)?.title)

  constructor(now: () => { step: number; at: number }) {
    this.#now = now
  }

  get events(): readonly SimulationEvent[] {
    this.#christen()
    return this.#events
  }

  get text(): string {
    return `${this.events.map(lineOf).join('\n')}\n`
  }

  spawned(process: Actor, parent: string): void {
    this.#actors.set(process.key, process)
    this.#ids.set(process.pid.id, process)
    this.#add('spawn', this.#title(parent), process.key, '')
    this.#newest = { actor: process, at: this.#events.length - 1 }
  }

  ran(process: Actor, place: string | undefined): void {
    const kind = this.#started.has(process) ? 'resume' : 'start'
    this.#started.add(process)
    this.#add(kind, process.title, process.title, '', place)
  }

  sent(from: string, to: Actor, message: unknown): void {
    this.#add('send', this.#title(from), to.title, this.wording.message(message))
  }

  answered(from: string, to: Actor, answer: unknown, failed: boolean): void {
    const what = `${failed ? 'fails: ' : ''}${answerText(answer, this.wording)}`
    const way = `${from}>${to.key}`
    this.#answers.set(way, [...(this.#answers.get(way) ?? []), what])
    this.#add('reply', this.#title(from), to.title, what)
  }

  signalled(from: string, to: Actor, reason: ExitReason): void {
    this.#add('signal', this.#title(from), to.title, this.wording.reason(reason))
  }

  died(process: Actor, reason: ExitReason): void {
    this.#add('exit', process.title, process.title, this.wording.reason(reason))
  }

  took(
    process: Actor,
    from: string,
    what: { readonly message: unknown } | undefined,
    place: string | undefined,
  ): void {
    if (what !== undefined) {
      this.#add('take', this.#title(from), process.title, this.wording.message(what.message))
      return
    }
    const answer = this.#answers.get(`${from}>${process.key}`)?.shift()
    this.#add('resume', this.#title(from), process.title, answer ?? '', place)
  }

  timePassed(): void {
    this.#timePassed = this.#now()
  }

  timeUp(process: Actor | undefined): void {
    if (process !== undefined) this.#add('time', 'clock', process.title, '')
  }

  note(text: string, pid: Pid | undefined): void {
    const who = pid instanceof PidClass ? (this.#ids.get(pid.id)?.title ?? String(pid)) : 'clock'
    this.#add('note', who, who, text)
  }

  /** Something goes wrong with a process in the step that comes now. */
  fault(text: string, pid: Pid | undefined): void {
    const who = pid === undefined ? 'world' : (this.#ids.get(pid.id)?.title ?? String(pid))
    const { step, at } = this.#now()
    this.#add('fault', who, who, text, undefined, { step: step + 1, at })
  }

  /** Something happens between the nodes. */
  between(text: string): void {
    this.#add('note', 'world', 'world', text)
  }

  #title(key: string): string {
    if (key.endsWith(' clock')) return 'clock'
    const own = key.endsWith(' pause') ? key.slice(0, -' pause'.length) : key
    return this.#actors.get(own)?.title ?? (own === '' ? 'someone' : own)
  }

  #add(
    kind: SimulationEventKind,
    from: string,
    to: string,
    what: string,
    place?: string,
    now = this.#now(),
  ): void {
    this.#christen()
    const passed = this.#timePassed
    this.#timePassed = undefined
    if (passed !== undefined) {
      const seq = this.#events.length + 1
      this.#events.push({ seq, ...passed, kind: 'time', from: 'clock', to: 'clock', what: '' })
    }
    const where = place === undefined ? {} : { place }
    this.#events.push({ seq: this.#events.length + 1, ...now, kind, from, to, what, ...where })
  }

  #christen(): void {
    if (this.#newest === undefined) return
    const event = this.#events[this.#newest.at]
    if (event !== undefined) event.to = this.#newest.actor.title
    this.#newest = undefined
  }
}

function answerText(answer: unknown, wording: Wording): string {
  // What startBehaviour resolves with.
  if (typeof answer === 'object' && answer !== null && 'pid' in answer && answer.pid instanceof PidClass)
    return `started ${wording.value(answer.pid)}`
  return wording.value(answer)
}

/** An event in words. */
export function wordsOf({ kind, from, to, what }: SimulationEvent): string {
  switch (kind) {
    case 'spawn':
      return `${from} spawns ${to}`
    case 'start':
      return `${to} starts`
    case 'send':
      return `${from} → ${to}: ${what}`
    case 'take':
      return `${to} takes ${what} from ${from}`
    case 'reply':
      return `${from} → ${to}: ${what === '' ? 'goes on' : what}`
    case 'resume':
      return what === '' ? `${to} goes on` : `${to} goes on with ${what} from ${from}`
    case 'signal':
      return `${from} ⇢ ${to}: exit signal ${what}`
    case 'exit':
      return `${to} ends: ${what}`
    case 'time':
      return from === to ? 'time passes' : `the time of ${to} is up`
    case 'fault':
      return `goes wrong: ${what}`
    case 'note':
      return `${to}: ${what}`
  }
}

function lineOf(event: SimulationEvent): string {
  return `${String(event.step).padStart(5)} ${String(event.at).padStart(7)} ms  ${wordsOf(event)}`
}
