import type { Process } from './process.js'

/**
 * The links of a process. Almost every process has none or one (its supervisor), for which a `Set` would cost
 * more than the rest of the process, so those two cases are stored plainly.
 */
export type Links = Process | Set<Process> | undefined

export function addLink(a: Process, b: Process): void {
  a.links = added(a.links, b)
  b.links = added(b.links, a)
}

export function removeLink(a: Process, b: Process): void {
  a.links = removed(a.links, b)
  b.links = removed(b.links, a)
}

export function hasLink(a: Process, b: Process): boolean {
  return a.links instanceof Set ? a.links.has(b) : a.links === b
}

export function linksOf(process: Process): Process[] {
  const links = process.links
  if (links === undefined) return []
  return links instanceof Set ? [...links] : [links]
}

function added(links: Links, other: Process): Links {
  if (links === undefined || links === other) return other
  if (links instanceof Set) return links.add(other)
  return new Set([links, other])
}

function removed(links: Links, other: Process): Links {
  if (links === other) return undefined
  if (links instanceof Set) links.delete(other)
  return links
}
