import type { Process } from '../process/process.js'

/**
 * The links of a process, in the order they were made. Almost every process has none or one (its supervisor), for which a
 * list would cost more than the rest of the process; most others have a handful; supervisors may have very many.
 */
export type Links = Process | Process[] | Hub | undefined

/** How many are looked through one by one. */
const FEW = 8

/** How many holes a hub has before it is worth closing them. */
const SOME = 32

/**
 * Very many links. Those to processes that have no other, as children have, are in a list in which each knows its place: a
 * `Set` took a seventh of the time of a start, by a profile of 200,000 of them.
 */
export class Hub {
  #leaves: (Process | undefined)[] = []
  #holes = 0
  /** Those that have further links. */
  readonly #others = new Set<Process>()

  get size(): number {
    return this.#leaves.length - this.#holes + this.#others.size
  }

  has(process: Process): boolean {
    return this.#leaves[process.linkedAt] === process || this.#others.has(process)
  }

  /** @param alone whether this is all that `process` is linked to */
  add(process: Process, alone: boolean): void {
    if (!alone) this.#others.add(process)
    else {
      process.linkedAt = this.#leaves.length
      this.#leaves.push(process)
    }
  }

  delete(process: Process): void {
    const at = process.linkedAt
    if (this.#leaves[at] !== process) {
      this.#others.delete(process)
      return
    }
    this.#leaves[at] = undefined
    this.#holes++
    if (this.#holes > SOME && this.#holes * 2 > this.#leaves.length) this.#close()
  }

  *[Symbol.iterator](): Generator<Process> {
    for (const leaf of this.#leaves) if (leaf !== undefined) yield leaf
    yield* this.#others
  }

  #close(): void {
    const leaves = this.#leaves.filter((leaf) => leaf !== undefined)
    for (const [at, leaf] of leaves.entries()) leaf.linkedAt = at
    this.#leaves = leaves
    this.#holes = 0
  }
}

export function addLink(a: Process, b: Process): void {
  join(a, b)
  join(b, a)
}

/** Removes a link on the side of `process` alone. */
export function forgetLink(process: Process, other: Process): void {
  const { links } = process
  if (links === other) process.links = undefined
  else if (links instanceof Hub) links.delete(other)
  else if (Array.isArray(links)) {
    const at = links.indexOf(other)
    if (at >= 0) links.splice(at, 1)
    if (links.length === 1) process.links = links[0]
  }
}

export function removeLink(a: Process, b: Process): void {
  forgetLink(a, b)
  forgetLink(b, a)
}

export function hasLink(a: Process, b: Process): boolean {
  const { links } = a
  if (Array.isArray(links)) return links.includes(b)
  return links instanceof Hub ? links.has(b) : links === b
}

export function linksOf(process: Process): Process[] {
  return [...eachOf(process.links)]
}

export function countOfLinks(links: Links): number {
  if (links === undefined) return 0
  if (Array.isArray(links)) return links.length
  return links instanceof Hub ? links.size : 1
}

/** Those at the other ends. */
export function eachOf(links: Links): Iterable<Process> {
  if (links === undefined) return []
  return Array.isArray(links) || links instanceof Hub ? links : [links]
}

/** Takes the links of a dead process from it; those at the other ends are still to be removed, one by one. */
export function takeLinks(dead: Process): Iterable<Process> {
  const { links } = dead
  dead.links = undefined
  return eachOf(links)
}

function join(process: Process, other: Process): void {
  const { links } = process
  if (links === undefined) process.links = other
  else if (links instanceof Hub) {
    if (!links.has(other)) links.add(other, other.links === undefined || other.links === process)
  } else if (Array.isArray(links)) {
    if (links.includes(other)) return
    if (links.length < FEW) links.push(other)
    else process.links = hubOf(process, [...links, other])
  } else if (links !== other) {
    process.links = [links, other]
    // It is no longer alone.
    if (links.links instanceof Hub) {
      links.links.delete(process)
      links.links.add(process, false)
    }
  }
}

function hubOf(process: Process, links: readonly Process[]): Hub {
  const hub = new Hub()
  for (const each of links) hub.add(each, each.links === undefined || each.links === process)
  return hub
}
