/** The supervision tree, drawn and live. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { get, type Tree, type TreeNode } from '../data/api.ts'
import { useKnown } from '../data/store.ts'
import { isTyping, px, useSize } from '../parts/hooks.ts'
import { Mark } from '../parts/mark.tsx'
import { onTreeKey, SMALLEST } from './tree-keys.ts'
import { draw, isBranch, linkOf, NODE, type Placed, rootsOf, search } from './tree-layout.ts'

/** Milliseconds between looks at the tree, while it changes. */
const PACE = 250
/** Milliseconds for which it shows that a process is a new one. */
const GLOW = 2_500
/** Pixels beyond what is seen that are drawn, too. */
const MARGIN = 400
/** Smaller than this, nothing is large enough to be hit, and only the names that matter are drawn, so that they can be read. */
const FAR = 0.75
/** Pixels of a name that can be read; in the drawing a row has no room for more than so many. */
const [READABLE, ROOM] = [12, 38]
/** Children of one supervisor that the API gives at most. */
const MOST = 500

interface TreeViewProps {
  readonly selected: string | undefined
  readonly open: (pid: string) => void
}

function useTree(limit: number): { roots: readonly TreeNode[]; glowing: ReadonlySet<string>; error: string } {
  const { changes } = useKnown()
  const [tree, setTree] = useState<Tree>()
  const [error, setError] = useState('')
  const [glowing, setGlowing] = useState<ReadonlySet<string>>(new Set())
  const pids = useRef(new Map<string, string | null>())
  const waiting = useRef(0)
  useEffect(() => {
    const look = async (): Promise<void> => {
      waiting.current = 0
      try {
        const next = await get<Tree>('tree', { depth: 64, limit })
        const reborn = reborns(next, pids.current)
        setTree(next)
        setError('')
        if (reborn.length > 0) {
          setGlowing((now) => new Set([...now, ...reborn]))
          setTimeout(
            () => setGlowing((now) => new Set([...now].filter((key) => !reborn.includes(key)))),
            GLOW,
          )
        }
      } catch (failure) {
        setError(String((failure as Error).message))
      }
    }
    if (waiting.current === 0) waiting.current = window.setTimeout(look, tree === undefined ? 0 : PACE)
  }, [changes, limit])
  // What is busy, and how much waits, changes without the tree: a slow look keeps it fresh.
  useEffect(() => {
    const timer = setInterval(async () => {
      if (document.hidden || waiting.current !== 0) return
      const next = await get<Tree>('tree', { depth: 64, limit }).catch(() => undefined)
      if (next !== undefined) setTree(next)
    }, 2_000)
    return () => clearInterval(timer)
  }, [limit])
  const roots = useMemo(() => (tree === undefined ? [] : rootsOf(tree)), [tree])
  return { roots, glowing, error }
}

/** The keys of those that are other processes than before. */
function reborns({ applications, roots }: Tree, pids: Map<string, string | null>): string[] {
  const found: string[] = []
  const look = (node: TreeNode): void => {
    const before = pids.get(node.key)
    if (before !== undefined && before !== node.pid && node.pid !== null) found.push(node.key)
    if (node.pid !== null || before === undefined) pids.set(node.key, node.pid)
    for (const child of node.children ?? []) look(child)
  }
  for (const { root } of applications) if (root !== null) look(root)
  for (const root of roots) look(root)
  return found
}

export function TreeView({ selected, open }: TreeViewProps) {
  const [more, setMore] = useState<ReadonlyMap<string, number>>(new Map())
  const limit = Math.min(MOST, Math.max(100, ...more.values()))
  const { roots, glowing, error } = useTree(limit)
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [text, setText] = useState('')
  const [zoom, setZoom] = useState(1)
  const [focus, setFocus] = useState<string>()
  const frame = useRef<HTMLDivElement>(null)
  const { width, top, height } = useSize(frame)
  const narrow = width > 0 && width < 900
  const { hits, above } = useMemo(() => search(roots, text), [roots, text])
  const drawing = useMemo(() => {
    // What is found is shown, also where somebody has folded it away.
    const closed = new Set([...folded].filter((key) => !above.has(key)))
    return draw(roots, closed, more, narrow)
  }, [roots, folded, more, narrow, above])

  const fold = (key: string, to?: boolean): void =>
    setFolded((now) => {
      const next = new Set(now)
      if (to ?? !next.has(key)) next.add(key)
      else next.delete(key)
      return next
    })
  const reveal = (parent: string): void =>
    setMore((now) => new Map(now).set(parent, Math.min(MOST, (now.get(parent) ?? 24) + 200)))
  const activate = ({ node, parent }: Placed): void => {
    setFocus(node.key)
    if (node.kind === 'more') {
      if (parent !== undefined) reveal(parent.node.key)
    } else if (node.pid === null) fold(node.key)
    else open(node.pid)
  }
  /** From afar a click goes there first. */
  const approach = ({ node }: Placed): void => {
    setZoom(1)
    setFocus(node.key)
  }
  const fit = (): void => setZoom(Math.max(SMALLEST, Math.min(1, (width - 32) / drawing.width)))

  // Before the next key: an effect comes after the picture, and would see the focus of two keys ago.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return
      const taken = onTreeKey(event.key, drawing, focus, { setFocus, fold, activate, setZoom, fit })
      if (taken) event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  useEffect(() => {
    const at = drawing.placed.find(({ node }) => node.key === focus)
    const box = frame.current
    if (at === undefined || box === null) return
    const [x, y] = [at.x * zoom, at.y * zoom]
    if (y < box.scrollTop || y > box.scrollTop + box.clientHeight - 60)
      box.scrollTop = y - box.clientHeight / 2
    if (x < box.scrollLeft || x > box.scrollLeft + box.clientWidth - 200) box.scrollLeft = x - 60
  }, [focus, zoom])

  const seen = ({ y }: Placed): boolean => y * zoom > top - MARGIN && y * zoom < top + height + MARGIN
  const visible = drawing.placed.length < 250 ? drawing.placed : drawing.placed.filter(seen)
  const links =
    drawing.placed.length < 250
      ? visible
      : drawing.placed.filter((it) => seen(it) || (it.parent && seen(it.parent)))
  return (
    <section class="tree" aria-label="Supervision tree">
      <div class="tools">
        <input
          id="search"
          type="search"
          placeholder="Search the tree"
          aria-label="Search the tree"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {text !== '' && <span class="muted">{hits.size} found</span>}
        <span class="spring" />
        <button
          type="button"
          onClick={() =>
            setFolded(
              new Set(
                drawing.placed
                  .filter(({ depth, node }) => depth > 0 && isBranch(node))
                  .map(({ node }) => node.key),
              ),
            )
          }
        >
          Fold
        </button>
        <button type="button" onClick={() => setFolded(new Set())}>
          Unfold
        </button>
        <div class="group" role="group" aria-label="Zoom">
          <button type="button" aria-label="Smaller" onClick={() => setZoom(Math.max(SMALLEST, zoom / 1.25))}>
            −
          </button>
          <button type="button" title="Fit the width" onClick={fit}>
            {Math.round(zoom * 100)} % <span class="unseen">, fit the width</span>
          </button>
          <button type="button" aria-label="Larger" onClick={() => setZoom(Math.min(2, zoom * 1.25))}>
            +
          </button>
        </div>
      </div>
      {error !== '' && <p class="problem">{error}</p>}
      <div class="canvas" ref={frame}>
        {roots.length === 0 && error === '' && <p class="empty">No supervisor runs here yet.</p>}
        <div style={{ width: px(drawing.width * zoom), height: px(drawing.height * zoom) }}>
          <div
            class={['drawing', narrow && 'narrow', zoom < FAR && 'far'].filter(Boolean).join(' ')}
            style={{
              width: px(drawing.width),
              height: px(drawing.height),
              transform: `scale(${zoom})`,
              '--name': px(Math.min(ROOM, READABLE / zoom)),
            }}
          >
            <svg width={drawing.width} height={drawing.height} aria-hidden="true">
              {links.map((it) => (
                <path key={it.node.key} d={linkOf(it, narrow)} class={it.node.state === 'up' ? '' : 'down'} />
              ))}
            </svg>
            {visible.map((it) => (
              <Node
                key={it.node.key}
                placed={it}
                dim={text !== '' && !hits.has(it.node.key)}
                hit={text !== '' && hits.has(it.node.key)}
                glows={glowing.has(it.node.key)}
                focused={focus === it.node.key}
                selected={selected !== undefined && selected === it.node.pid}
                far={zoom < FAR}
                activate={() => (zoom < FAR ? approach(it) : activate(it))}
                fold={() => fold(it.node.key)}
              />
            ))}
          </div>
        </div>
      </div>
    </section>
  )
}

interface NodeProps {
  readonly placed: Placed
  readonly dim: boolean
  readonly hit: boolean
  readonly glows: boolean
  readonly focused: boolean
  readonly selected: boolean
  readonly far: boolean
  readonly activate: () => void
  readonly fold: () => void
}

function Node({
  placed: { node, x, y, folded },
  dim,
  hit,
  glows,
  focused,
  selected,
  far,
  activate,
  fold,
}: NodeProps) {
  const { id, kind, state, busy, queue, restarts, strategy, childCount = 0, retryIn, behaviour } = node
  const look = state === 'up' && busy === true ? 'busy' : state
  // From afar: what holds others, what is in trouble, and what somebody looks for.
  const matters =
    isBranch(node) || look !== 'up' || restarts > 0 || queue > 0 || hit || glows || focused || selected
  const classes = [
    'node',
    matters && 'matters',
    kind.replace(' ', '-'),
    state,
    glows && 'glow',
    dim && 'dim',
    focused && 'focus',
    selected && 'selected',
  ]
  const hint = [
    id,
    behaviour,
    strategy,
    node.pid,
    retryIn !== undefined && `restarts in ${Math.ceil(retryIn / 1000)} s`,
  ]
  const title = hint.filter(Boolean).join(' · ')
  const face = (
    <>
      {kind !== 'more' && <Mark look={look} />}
      <span class="name">{id}</span>
      {queue > 0 && (
        <span class="badge queue" title={`${queue} messages wait`}>
          {queue > 999 ? '999+' : queue}
        </span>
      )}
      {restarts > 0 && (
        <span class="badge restarts" title={`restarted ${restarts} times`}>
          ↻{restarts}
        </span>
      )}
    </>
  )
  return (
    <div
      class={classes.filter(Boolean).join(' ')}
      style={{ transform: `translate(${x}px, ${y}px)`, width: px(NODE.width), height: px(NODE.height) }}
      data-pid={node.pid ?? undefined}
    >
      {far ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: the arrows and Enter do the same
        <div class="face" onClick={activate} title={title}>
          {face}
        </div>
      ) : (
        <button type="button" class="face" onClick={activate} title={title}>
          {face}
        </button>
      )}
      {isBranch(node) && !far && (
        <button
          type="button"
          class="fold"
          aria-expanded={!folded}
          aria-label={`Children of ${id}`}
          onClick={fold}
        >
          {folded ? childCount : '–'}
        </button>
      )}
    </div>
  )
}
