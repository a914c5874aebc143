/** The tree by the keyboard alone. */
import { type Drawing, isBranch, type Placed } from './tree-layout.ts'

/** As small as it gets. */
export const SMALLEST = 0.25

interface TreeActs {
  readonly setFocus: (key: string) => void
  readonly fold: (key: string, to?: boolean) => void
  readonly activate: (placed: Placed) => void
  readonly setZoom: (zoom: (now: number) => number) => void
  readonly fit: () => void
}

/** Arrows go through the tree, Enter opens. @returns whether the key meant anything */
export function onTreeKey(
  key: string,
  { placed }: Drawing,
  focus: string | undefined,
  acts: TreeActs,
): boolean {
  const at = placed.findIndex(({ node }) => node.key === focus)
  const here = placed[at]
  const go = (to: Placed | undefined): void => {
    if (to !== undefined) acts.setFocus(to.node.key)
  }
  switch (key) {
    case 'ArrowDown':
      go(placed[at + 1])
      return true
    case 'ArrowUp':
      go(placed[Math.max(0, at - 1)])
      return true
    case 'ArrowRight':
      if (here === undefined) go(placed[0])
      else if (here.folded) acts.fold(here.node.key, false)
      else if (isBranch(here.node)) go(placed[at + 1])
      return true
    case 'ArrowLeft':
      if (here !== undefined && isBranch(here.node) && !here.folded) acts.fold(here.node.key, true)
      else go(here?.parent)
      return true
    case 'Enter':
      if (here !== undefined && document.activeElement?.tagName !== 'BUTTON') acts.activate(here)
      return here !== undefined && document.activeElement?.tagName !== 'BUTTON'
    case '+':
      acts.setZoom((now) => Math.min(2, now * 1.25))
      return true
    case '-':
      acts.setZoom((now) => Math.max(SMALLEST, now / 1.25))
      return true
    case '0':
      acts.fit()
      return true
  }
  return false
}
