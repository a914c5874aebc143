import type { Kernel } from '../../kernel/index.js'

/** The nodes that run in a kernel, by the name of their cluster; of several of one cluster, in the order of their start. */
export class JoinedNodes<Node extends { readonly cluster: string }> {
  readonly #running = new WeakMap<Kernel, Map<string, readonly Node[]>>()

  add(kernel: Kernel, node: Node): void {
    const all = this.#running.get(kernel) ?? new Map<string, readonly Node[]>()
    this.#running.set(kernel, all)
    all.set(node.cluster, [...(all.get(node.cluster) ?? []), node])
  }

  remove(kernel: Kernel, node: Node): void {
    const all = this.#running.get(kernel)
    const rest = (all?.get(node.cluster) ?? []).filter((each) => each !== node)
    if (rest.length > 0) all?.set(node.cluster, rest)
    else all?.delete(node.cluster)
  }

  /** @param cluster undefined for any */
  first(kernel: Kernel, cluster: string | undefined): Node | undefined {
    const all = this.#running.get(kernel)
    return (cluster === undefined ? all?.values().next().value : all?.get(cluster))?.[0]
  }
}
