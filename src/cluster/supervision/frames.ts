/** What the supervisors of a cluster ask each other: plain data, with the version of who asks. */
import { Pid, rules } from '../../kernel/index.js'
import { isKey } from '../key.js'

/** The version of these frames. A node that is asked in a later one refuses, and says which it understands. */
export const FRAMES = 1

export type Question =
  /** Where the key is; it is started where it is nowhere. */
  | { readonly v: number; readonly op: 'locate'; readonly key: string }
  /** Whether it is here. */
  | { readonly v: number; readonly op: 'find'; readonly key: string }
  /** Its worker has stopped; `state` is what it has handed over. */
  | { readonly v: number; readonly op: 'offer'; readonly key: string; readonly state: Uint8Array | null }
  /** It is to be run there; `tried` are the nodes on which it does not stay up. */
  | { readonly v: number; readonly op: 'take'; readonly key: string; readonly tried: readonly string[] }
  | { readonly v: number; readonly op: 'stop'; readonly key: string }

/** Why a key is not to be had from whoever was asked. */
export type Refusal =
  | 'leaving'
  | 'moving'
  | 'parked'
  | 'unknown'
  | 'elsewhere'
  | 'absent'
  | 'failed'
  | 'version'

export type Answer =
  | { readonly v: number; readonly pid: Pid }
  /** The lease of the node that has it, or the one to give it to. */
  | { readonly v: number; readonly at: string }
  | { readonly v: number; readonly no: Refusal; readonly why: string }
  | { readonly v: number; readonly done: true }

const OPS = ['locate', 'find', 'offer', 'take', 'stop']

/** A question as it came, from whoever can send to this process; undefined for what is none. */
export function questionOf(given: unknown): Question | 'version' | undefined {
  if (!rules.isRecord(given) || typeof given.v !== 'number') return undefined
  if (given.v > FRAMES) return 'version'
  const { op, key } = given
  if (typeof op !== 'string' || !OPS.includes(op)) return undefined
  if (!isKey(key)) return undefined
  if (op === 'offer') {
    const state = given.state ?? null
    if (state !== null && !(state instanceof Uint8Array)) return undefined
    return { v: given.v, op, key, state }
  }
  if (op === 'take') {
    const tried = Array.isArray(given.tried) ? given.tried.filter((each) => typeof each === 'string') : []
    return { v: given.v, op, key, tried }
  }
  return { v: given.v, op, key } as Question
}

/** An answer as it came; one that cannot be read is a failure of the other side. */
export function answerOf(given: unknown): Answer {
  if (rules.isRecord(given)) {
    const { pid, at, no, why, done } = given
    if (pid instanceof Pid) return { v: FRAMES, pid }
    if (typeof at === 'string') return { v: FRAMES, at }
    if (typeof no === 'string') return { v: FRAMES, no: no as Refusal, why: String(why) }
    if (done === true) return { v: FRAMES, done }
  }
  return { v: FRAMES, no: 'failed', why: 'the answer cannot be read' }
}

export const refused = (no: Refusal, why: string = no): Answer => ({ v: FRAMES, no, why })

/** The name under which the supervisor of a node is registered in its kernel. */
export function processNameOf(cluster: string, supervisor: string, node: string): string {
  return `cluster ${cluster}: ${supervisor} of ${node}`
}
