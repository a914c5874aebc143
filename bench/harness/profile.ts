/** From the samples of V8's profiler to where the time went. */
import { type Frame, groupOf, OUTSIDE, placeOf } from './profile-groups.js'
import type { Span } from './sample.js'
import { inSource } from './sources.js'

/** A profile as V8 gives it. Times in microseconds. */
export interface Recording {
  readonly nodes: readonly RecordedNode[]
  readonly startTime: number
  /** The node each sample was in. */
  readonly samples?: readonly number[]
  /** Time from the sample before to each. */
  readonly timeDeltas?: readonly number[]
}

export interface RecordedNode {
  readonly id: number
  readonly callFrame: Frame
  readonly children?: readonly number[]
}

/** Part of the time that was measured, from 0 to 1. */
export interface Share {
  readonly name: string
  readonly share: number
}

export interface Shares {
  readonly samples: number
  /** The largest first. */
  readonly groups: readonly Share[]
  /** The functions with the largest time of their own. */
  readonly functions: readonly Share[]
}

/** What of it is kept. */
const FUNCTIONS = 10

/** Adds up recordings. A part of a program has its own sum. */
export class Tally {
  readonly #parts = new Map<string, Part>()

  /** Counts the samples that lie in one of the spans: the rest is preparation, and what comes after. */
  add({ nodes, startTime, samples = [], timeDeltas = [] }: Recording, spans: readonly Span[]): void {
    const owners = ownersOf(nodes.map((node) => ({ ...node, callFrame: inSource(node.callFrame) })))
    let at = startTime
    let span = 0
    samples.forEach((id, index) => {
      const before = at
      at += timeDeltas[index] ?? 0
      while (span < spans.length && (spans[span] as Span).to < at) span++
      const current = spans[span]
      const owner = owners.get(id)
      if (current === undefined || owner === undefined || at < current.from) return
      this.#part(current.part).add(owner, at - Math.max(before, current.from))
    })
  }

  /** Undefined when no sample was counted. */
  shares(part: string): Shares | undefined {
    return this.#parts.get(part)?.shares()
  }

  get parts(): string[] {
    return [...this.#parts.keys()]
  }

  #part(name: string): Part {
    const known = this.#parts.get(name) ?? new Part()
    this.#parts.set(name, known)
    return known
  }
}

/** Whom the time of a node is put down to. */
interface Owner {
  readonly group: string
  readonly label: string
}

class Part {
  #samples = 0
  #time = 0
  readonly #groups = new Map<string, number>()
  readonly #functions = new Map<string, number>()

  add({ group, label }: Owner, time: number): void {
    this.#samples++
    this.#time += time
    this.#groups.set(group, (this.#groups.get(group) ?? 0) + time)
    this.#functions.set(label, (this.#functions.get(label) ?? 0) + time)
  }

  shares(): Shares {
    const sorted = (times: Map<string, number>): Share[] =>
      [...times]
        .map(([name, time]) => ({ name, share: Number((time / Math.max(1, this.#time)).toFixed(4)) }))
        .sort((a, b) => b.share - a.share)
    return {
      samples: this.#samples,
      groups: sorted(this.#groups),
      functions: sorted(this.#functions).slice(0, FUNCTIONS),
    }
  }
}

/** A built-in function without a group of its own belongs to who calls it. */
function ownersOf(nodes: readonly RecordedNode[]): Map<number, Owner> {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node])))
  const nearest = (node: RecordedNode): RecordedNode | undefined => {
    let at: RecordedNode | undefined = node
    while (at !== undefined && groupOf(at.callFrame) === undefined) at = parents.get(at.id)
    return at
  }
  return new Map(
    nodes.map((node) => {
      const of = nearest(node) ?? node
      return [node.id, { group: (groupOf(of.callFrame) ?? OUTSIDE).name, label: labelOf(of.callFrame) }]
    }),
  )
}

function labelOf(frame: Frame): string {
  if (frame.url === '') return frame.functionName
  return `${frame.functionName || '(anonymous)'} ${placeOf(frame)}`
}
