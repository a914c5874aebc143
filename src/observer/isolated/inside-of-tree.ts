/** The tree with what is inside of threads and programs. */
import type { TreeNode, TreeQuery, TreeSnapshot } from '../snapshot/supervision-tree.js'
import type { IsolateObservers } from './isolate-observers.js'

/** Nodes of all of them together, in one answer. */
const MOST_NODES = 5_000

const KINDS: ReadonlySet<unknown> = new Set(['supervisor', 'dynamic supervisor', 'worker'])

type Growing = { -readonly [K in keyof TreeNode]: TreeNode[K] }

/** A place in the tree where another kernel begins, and how many levels there may be below it. */
type Place = readonly [node: Growing, depth: number]

/** Puts the trees of the threads and programs into that of the program. One that does not answer is busy. */
export async function withInsides(
  tree: TreeSnapshot,
  query: TreeQuery,
  isolateObservers: IsolateObservers,
): Promise<TreeSnapshot> {
  const roots = [...tree.applications.map(({ root }) => root), ...tree.roots]
  const places: Place[] = []
  for (const root of roots) if (root !== null) find(root, query.depth, places)
  const answers = await Promise.all(
    places.map(([node, depth]) => inside(node, depth, query, isolateObservers)),
  )
  let room = MOST_NODES
  let { truncated } = tree
  for (const [at, [node]] of places.entries()) {
    const found = answers[at]
    if (found === undefined) continue
    const size = found === 'busy' ? 0 : sizeOf(found.children)
    if (found !== 'busy' && size <= room) {
      room -= size
      truncated ||= found.truncated
      fill(node, found.root, found.children)
    } else if (found === 'busy') node.busy = true
    else {
      truncated = true
      fill(node, found.root, [])
    }
  }
  return { ...tree, truncated }
}

/** A tree of another kernel alone. */
export function treeOfInside({ roots, ...tree }: TreeSnapshot, node: string): TreeSnapshot {
  return { ...tree, roots: roots.map((root) => keyed(root, `${node}:`)) }
}

function find(node: TreeNode, depth: number, places: Place[]): void {
  if (node.node !== undefined) places.push([node, depth])
  for (const child of node.children ?? []) find(child, depth - 1, places)
}

async function inside(
  { pid, node = '' }: TreeNode,
  depth: number,
  { limit, offset, root }: TreeQuery,
  isolateObservers: IsolateObservers,
) {
  const id = /\.(\d+)>$/.exec(pid ?? '')?.[1]
  if (id === undefined || !isolateObservers.has(node)) return undefined
  const below = Math.max(1, depth)
  const skipped = String(root) === pid ? offset : 0
  const told = await isolateObservers.ask(
    node,
    id,
    (at) => `tree?root=${at}&depth=${below}&limit=${limit}&offset=${skipped}`,
  )
  const { roots, truncated } = (told ?? {}) as Partial<TreeSnapshot>
  const found: Partial<TreeNode> | undefined = Array.isArray(roots) ? roots[0] : undefined
  if (typeof found !== 'object' || found === null) return 'busy'
  const children = depth > 0 && Array.isArray(found.children) ? found.children : []
  return { root: found, children, truncated: truncated === true }
}

/** What it is known to be, by those who are in there. */
function fill(node: Growing, told: Partial<TreeNode>, children: readonly TreeNode[]): void {
  const { kind, strategy, queue, busy, childCount } = told
  if (kind !== undefined && KINDS.has(kind)) node.kind = kind
  if (typeof strategy === 'string') node.strategy = strategy
  if (typeof queue === 'number') node.queue = queue
  if (busy === true) node.busy = busy
  if (typeof childCount !== 'number') return
  node.childCount = childCount
  node.children = children.map((child) => keyed(child, `${node.node}:`))
}

/** The keys of two kernels are not one another's. */
function keyed(node: TreeNode, prefix: string): TreeNode {
  const { key, children } = node
  const below = Array.isArray(children)
    ? { children: children.map((each) => keyed(each, prefix)) }
    : undefined
  return { ...node, key: `${prefix}${key}`, ...below }
}

function sizeOf(nodes: readonly TreeNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + sizeOf(children ?? []), 0)
}
