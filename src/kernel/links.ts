import type { Process } from './process.js'

/**
 * The links of a process, in the order they were made. Almost every process has none or one (its supervisor), for which a
 * list would cost more than the rest of the process; most others have a handful, for which a `Set` would.
 */
export type Links = Process | Process[] | Set<Process> | undefined

/** How many are looked through one by one. */
const FEW = 8

export function addLink(a: Process, b: Process): void {
  a.links = added(a.links, b)
  b.links = added(b.links, a)
}

/** Removes a link on the side of `process` alone. */
export function forgetLink(process: Process, other: Process): void {
  process.links = removed(process.links, other)
}

export function removeLink(a: Process, b: Process): void {
  a.links = removed(a.links, b)
  b.links = removed(b.links, a)
}

export function hasLink(a: Process, b: Process): boolean {
  const { links } = a
  if (Array.isArray(links)) return links.includes(b)
  return links instanceof Set ? links.has(b) : links === b
}

export function linksOf(process: Process): Process[] {
  const { links } = process
  if (links === undefined) return []
  return Array.isArray(links) || links instanceof Set ? [...links] : [links]
}

export function countOfLinks(links: Links): number {
  if (links === undefined) return 0
  if (Array.isArray(links)) return links.length
  return links instanceof Set ? links.size : 1
}

/** Takes the links of a dead process from it; those at the other ends are still to be removed, one by one. */
export function takeLinks(dead: Process): Iterable<Process> {
  const { links } = dead
  dead.links = undefined
  if (links === undefined) return []
  return Array.isArray(links) || links instanceof Set ? links : [links]
}

function added(links: Links, other: Process): Links {
  if (links === undefined || links === other) return other
  if (links instanceof Set) return links.add(other)
  if (!Array.isArray(links)) return [links, other]
  if (links.includes(other)) return links
  if (links.length === FEW) return new Set(links).add(other)
  links.push(other)
  return links
}

function removed(links: Links, other: Process): Links {
  if (links === other) return undefined
  if (links instanceof Set) links.delete(other)
  else if (Array.isArray(links)) {
    const at = links.indexOf(other)
    if (at >= 0) links.splice(at, 1)
    if (links.length === 1) return links[0]
  }
  return links
}
