import {
  Call,
  Cast,
  GenServer,
  Info,
  isDown,
  monitor,
  ref,
  remote,
  self,
  sendAfter,
  sleep,
  start,
} from 'heartwood'
import type { Program } from 'heartwood/testing'
import type { ProgramBug } from './cluster-bug.js'

const NODES = ['a', 'b', 'c']
const at = (node: string) => remote<Group>({ name: 'group', node })

/** Which nodes are in the group, as one of them has it. */
@GenServer({ name: 'group' })
class Group {
  readonly #members = new Set<string>()
  #own = ''
  #again = false

  init({ own, again }: { own: string; again: boolean }): void {
    this.#own = own
    this.#again = again
    this.#members.add(own)
    this.announce()
  }

  @Info('announce') announce(): void {
    for (const node of NODES) if (node !== this.#own) at(node).cast.joins(this.#own, true)
    if (this.#again) sendAfter(500, self(), 'announce')
  }

  @Cast() joins(node: string, isAsking: boolean): void {
    if (!this.#members.has(node)) {
      this.#members.add(node)
      monitor({ name: 'group', node })
    }
    if (isAsking) at(node).cast.joins(this.#own, false)
  }

  @Info(isDown) gone({ object }: { object: unknown }): void {
    const { node } = object as { node: string }
    this.#members.delete(node)
  }

  @Call() members(): string {
    return [...this.#members].sort().join()
  }
}

const group =
  (again: boolean): Program =>
  async (sim) => {
    for (const own of NODES) await sim.node(own, async () => void (await start(Group, { own, again })))
    sim.disasters.partition(['a'], ['b', 'c'], { for: [3_000, 4_000] })
    await sleep(2_000)
    sim.disasters.clear()
    await sleep(8_000)
    for (const node of NODES) {
      const members = await sim.nodeOf(node)?.run(() => ref(Group).call.members())
      if (members !== NODES.join()) throw new Error('the nodes have different members')
    }
  }

export const splitGroup: ProgramBug = {
  name: 'split group membership',
  story: 'A node that is out of reach is taken out of the group, and nobody tells that it is there again.',
  broken: group(false),
  fixed: group(true),
}
