import { began, perOperation, type Sample } from '../../harness/sample.js'

interface Node {
  readonly value: number
  next: Node | undefined
}

/**
 * What processes are made of, without any: closures, a queue of small objects, a map, promises. How fast a machine does
 * this is what Heartwood is held against where there is no BEAM.
 */
export async function work(size: number): Promise<Sample> {
  const seen = new Map<number, () => number>()
  let first: Node | undefined
  let last: Node | undefined
  let counted = 0
  const start = began()
  for (let at = 0; at < size; at++) {
    const node: Node = { value: at, next: undefined }
    if (last === undefined) first = node
    else last.next = node
    last = node
    seen.set(at & 4095, () => node.value)
    if ((at & 7) === 7) await undefined
    if ((at & 63) === 63) {
      for (; first !== undefined; first = first.next)
        if (seen.get(first.value & 4095)?.() === first.value) counted++
      last = undefined
    }
  }
  for (; first !== undefined; first = first.next) counted++
  return perOperation(start, counted)
}
