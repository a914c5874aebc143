import type { SupervisedChild } from './supervised-child.js'

/** The children of a static supervisor: a map by id, and a chain in the order of their start. A restart does not change the order. */
export class ChildList extends Map<string, SupervisedChild> {
  #last: SupervisedChild | undefined = undefined

  add(child: SupervisedChild): void {
    const last = this.#last
    if (last !== undefined) last.next = child
    child.previous = last
    child.next = undefined
    this.#last = child
    this.set(child.spec.id, child)
  }

  override delete(id: string): boolean {
    const child = this.get(id)
    if (child === undefined) return false
    const { previous, next } = child
    if (previous !== undefined) previous.next = next
    if (next !== undefined) next.previous = previous
    else this.#last = previous
    return super.delete(id)
  }

  override clear(): void {
    super.clear()
    this.#last = undefined
  }

  /** A child and all children that were started after it. */
  *from(child: SupervisedChild): Generator<SupervisedChild> {
    for (let at: SupervisedChild | undefined = child; at !== undefined; at = at.next) yield at
  }
}
