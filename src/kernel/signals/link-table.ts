/** A process that can be linked. All that are linked with one another are processes of one kind. */
export interface Linked {
  links: Links
  /** Its index in the list of the process that it is linked to: see `Hub`. */
  linkedAt: number
}

/**
 * The links of a process, in the order of their creation. Almost every process has none or one (its supervisor), for which a
 * list would take more memory than the rest of the process; most others have a few; supervisors may have very many.
 */
export type Links = Linked | Linked[] | Hub | undefined

/** The most links that are stored in an array and searched one by one. */
const FEW = 8

/** The number of holes at which a hub is compacted. */
const SOME = 32

/**
 * The storage for very many links. Processes with no other link, such as children, are in a list in which each knows its index: with a
 * `Set`, a seventh of the time of a start was spent there, by a profile of 200,000 starts.
 */
export class Hub {
  #leaves: (Linked | undefined)[] = []
  #holes = 0
  /** The linked processes that have other links too. */
  readonly #others = new Set<Linked>()

  get size(): number {
    return this.#leaves.length - this.#holes + this.#others.size
  }

  has(process: Linked): boolean {
    return this.#leaves[process.linkedAt] === process || this.#others.has(process)
  }

  /** Adds a link. @param alone whether `process` has no other link */
  add(process: Linked, alone: boolean): void {
    if (!alone) this.#others.add(process)
    else {
      process.linkedAt = this.#leaves.length
      this.#leaves.push(process)
    }
  }

  delete(process: Linked): void {
    const at = process.linkedAt
    if (this.#leaves[at] !== process) {
      this.#others.delete(process)
      return
    }
    this.#leaves[at] = undefined
    this.#holes++
    if (this.#holes > SOME && this.#holes * 2 > this.#leaves.length) this.#close()
  }

  *[Symbol.iterator](): Generator<Linked> {
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

export function addLink(a: Linked, b: Linked): void {
  join(a, b)
  join(b, a)
}

/** Removes a link on the side of `process` only. */
export function forgetLink(process: Linked, other: Linked): void {
  const { links } = process
  if (links === other) process.links = undefined
  else if (links instanceof Hub) links.delete(other)
  else if (Array.isArray(links)) {
    const at = links.indexOf(other)
    if (at >= 0) links.splice(at, 1)
    if (links.length === 1) process.links = links[0]
  }
}

export function removeLink(a: Linked, b: Linked): void {
  forgetLink(a, b)
  forgetLink(b, a)
}

export function hasLink(a: Linked, b: Linked): boolean {
  const { links } = a
  if (Array.isArray(links)) return links.includes(b)
  return links instanceof Hub ? links.has(b) : links === b
}

export function linksOf<P extends Linked>(process: Linked): P[] {
  return [...eachOf<P>(process.links)]
}

export function countOfLinks(links: Links): number {
  if (links === undefined) return 0
  if (Array.isArray(links)) return links.length
  return links instanceof Hub ? links.size : 1
}

/** The processes at the other ends. */
export function eachOf<P extends Linked>(links: Links): Iterable<P> {
  if (links === undefined) return []
  return (Array.isArray(links) || links instanceof Hub ? links : [links]) as Iterable<P>
}

/** Removes and returns the links of a dead process. The caller must remove each on its other end. */
export function takeLinks<P extends Linked>(dead: Linked): Iterable<P> {
  const { links } = dead
  dead.links = undefined
  return eachOf<P>(links)
}

function join(process: Linked, other: Linked): void {
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
    // This process now has another link, so in the hub it is no longer in the list.
    if (links.links instanceof Hub) {
      links.links.delete(process)
      links.links.add(process, false)
    }
  }
}

function hubOf(process: Linked, links: readonly Linked[]): Hub {
  const hub = new Hub()
  for (const each of links) hub.add(each, each.links === undefined || each.links === process)
  return hub
}
