/** Where the nodes of the tree go. */
import type { Tree, TreeNode } from '../data/api.ts'

export interface Placed {
  readonly node: TreeNode
  readonly depth: number
  readonly x: number
  readonly y: number
  readonly parent: Placed | undefined
  readonly folded: boolean
}

export interface Drawing {
  readonly placed: readonly Placed[]
  readonly width: number
  readonly height: number
}

export const NODE = { width: 200, height: 34 }
const WIDE = { column: 248, row: 42 }
const NARROW = { indent: 22, row: 42 }

/** Children of one supervisor that are drawn before somebody asks for more. */
export const FIRST = 24

/** The applications as roots, and what belongs to none. */
export function rootsOf({ applications, roots }: Tree): TreeNode[] {
  // The observer itself comes last: it is not what one looks for.
  const others = [...applications].sort(
    (a, b) => Number(a.name === 'observer') - Number(b.name === 'observer'),
  )
  const tops = others.map(
    ({ name, root }): TreeNode => ({
      id: name,
      key: `a:${name}`,
      kind: 'application',
      pid: null,
      behaviour: 'application',
      state: root === null ? 'restarting' : 'up',
      queue: 0,
      restarts: 0,
      childCount: root === null ? 0 : 1,
      children: root === null ? [] : [root],
    }),
  )
  return [...tops, ...roots]
}

/** Whether a node has children, drawn or not. */
export function isBranch({ childCount = 0, children = [] }: TreeNode): boolean {
  return childCount > 0 || children.length > 0
}

/**
 * Wide: from left to right. Narrow: indented, as in a list of files.
 *
 * @param more how many children are drawn, by the key of their supervisor
 */
export function draw(
  roots: readonly TreeNode[],
  folded: ReadonlySet<string>,
  more: ReadonlyMap<string, number>,
  narrow: boolean,
): Drawing {
  const placed: Placed[] = []
  let row = 0
  let deepest = 0
  const place = (node: TreeNode, depth: number, parent: Placed | undefined): void => {
    deepest = Math.max(deepest, depth)
    const isFolded = folded.has(node.key)
    const own: { -readonly [K in keyof Placed]: Placed[K] } = {
      node,
      depth,
      x: narrow ? depth * NARROW.indent : depth * WIDE.column,
      y: 0,
      parent,
      folded: isFolded,
    }
    placed.push(own)
    const children = isFolded ? [] : shownChildren(node, more.get(node.key) ?? FIRST)
    // A parent stands beside its first child: what is at the top of a long list is seen without scrolling.
    own.y = row * (narrow ? NARROW.row : WIDE.row)
    if (narrow || children.length === 0) row++
    for (const child of children) place(child, depth + 1, own)
  }
  for (const root of roots) place(root, 0, undefined)
  const width = narrow ? deepest * NARROW.indent + NODE.width + 40 : deepest * WIDE.column + NODE.width + 40
  return { placed, width, height: row * (narrow ? NARROW.row : WIDE.row) }
}

/** The first children, and a node that stands for the rest. */
function shownChildren(node: TreeNode, most: number): readonly TreeNode[] {
  const { children = [], childCount = children.length, key } = node
  const shown = children.slice(0, most)
  const rest = childCount - shown.length
  if (rest <= 0) return shown
  return [
    ...shown,
    {
      id: `${rest.toLocaleString('en-US')} more`,
      key: `${key}:more`,
      kind: 'more',
      pid: null,
      behaviour: '',
      state: 'up',
      queue: 0,
      restarts: 0,
    },
  ]
}

/** The line from a parent to its child. */
export function linkOf({ parent, x, y }: Placed, narrow: boolean): string {
  if (parent === undefined) return ''
  const middle = y + NODE.height / 2
  if (narrow) {
    const from = parent.x + 11
    return `M${from} ${parent.y + NODE.height}V${middle - 6}Q${from} ${middle} ${from + 6} ${middle}H${x}`
  }
  const start = parent.x + NODE.width
  const from = parent.y + NODE.height / 2
  if (from === middle) return `M${start} ${from}H${x}`
  const stem = (start + x) / 2
  return `M${start} ${from}H${stem - 6}Q${stem} ${from} ${stem} ${from + 6}V${middle - 6}Q${stem} ${middle} ${stem + 6} ${middle}H${x}`
}

/** The keys of the nodes that match a text, and of those above them. */
export function search(roots: readonly TreeNode[], text: string): { hits: Set<string>; above: Set<string> } {
  const hits = new Set<string>()
  const above = new Set<string>()
  const wanted = text.toLowerCase()
  const look = (node: TreeNode): boolean => {
    const { id, name = '', label = '', pid, behaviour } = node
    const hit = [id, name, label, pid ?? '', behaviour].some((each) => each.toLowerCase().includes(wanted))
    if (hit) hits.add(node.key)
    let below = false
    for (const child of node.children ?? []) if (look(child)) below = true
    if (below) above.add(node.key)
    return hit || below
  }
  if (wanted !== '') for (const root of roots) look(root)
  return { hits, above }
}
