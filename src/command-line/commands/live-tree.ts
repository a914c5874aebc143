/** `heartwood tree --url`: the tree of a program that runs, as its observer tells it. */
import { type Ask, applicationError, branches, ObserverClient } from '../../application/index.js'
import { oneLine } from '../../kernel/index.js'
import { type Paint, painter, showsColours } from '../../logging/index.js'

/** As much as the observer tells. */
const PATH = 'tree?depth=64&limit=500'
const ASKER = { usage: 'heartwood tree --url <url>', help: 'heartwood tree --help', name: '--url' }

/** A process as the observer's `api/tree` has it. */
interface Node {
  readonly id: string
  readonly kind: string
  readonly strategy?: string
  readonly pid: string | null
  readonly name?: string
  readonly state: 'up' | 'restarting' | 'stopped'
  readonly busy?: boolean
  readonly queue: number
  readonly restarts: number
  /** Milliseconds until it is started again. */
  readonly retryIn?: number
  readonly childCount?: number
  readonly children?: readonly Node[]
}

interface Tree {
  readonly applications: readonly { readonly name: string; readonly root: Node | null }[]
  readonly roots: readonly Node[]
}

/**
 * The tree of a running program, drawn or as the observer's JSON.
 *
 * @throws USAGE for a URL that is none, OBSERVER_UNREACHABLE, OBSERVER_ANSWER
 */
export async function liveTree(url: string, json: boolean): Promise<string> {
  return shown(await fetched(url), json)
}

/** The same, asked another way. @param ask for what the observer's API has at a path */
export async function nodeTree(ask: Ask, json: boolean): Promise<string> {
  return shown((await ask(PATH)) as Tree, json)
}

function shown(tree: Tree, json: boolean): string {
  return json ? `${JSON.stringify(tree, undefined, 2)}\n` : drawn(tree, painter(showsColours(process.stdout)))
}

function drawn({ applications, roots }: Tree, paint: Paint): string {
  const say = (node: Node): string => line(node, paint)
  const lines = applications.flatMap(({ name, root }) => [
    paint(oneLine(name), 'bold'),
    ...branches(root === null ? [] : [root], say, below),
  ])
  const others = roots.flatMap((root) => [say(root), ...branches(below(root) ?? [], say, below)])
  return [...lines, ...others].map((each) => `${each}\n`).join('')
}

function line(node: Node, paint: Paint): string {
  const { id, name, pid, kind, strategy, state, busy, queue, restarts, retryIn } = node
  const what = [kind === 'worker' ? undefined : kind, strategy].filter((word) => word !== undefined)
  const facts = [
    ...(name === undefined || name === id ? [] : [oneLine(name)]),
    ...(pid === null ? [] : [paint(oneLine(pid), 'cyan')]),
    ...(what.length === 0 ? [] : [`(${what.map(oneLine).join(', ')})`]),
    stateOf(state, busy === true, retryIn, paint),
    ...(queue === 0 ? [] : [`${queue} queued`]),
    ...(restarts === 0 ? [] : [paint(`${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`, 'yellow')]),
    ...hidden(node),
  ]
  return [oneLine(id), ...facts].join('  ')
}

function stateOf(state: Node['state'], busy: boolean, retryIn: number | undefined, paint: Paint): string {
  if (state === 'up') return busy ? 'busy' : 'up'
  return paint(retryIn === undefined ? state : `${state} in ${Math.ceil(retryIn)} ms`, 'red')
}

/** The observer answers in pages: of a thousand children it tells some. */
function hidden({ children = [], childCount = 0 }: Node): string[] {
  return childCount > children.length ? [`${childCount} children, ${children.length} shown`] : []
}

async function fetched(url: string): Promise<Tree> {
  const observer = new ObserverClient(url, process.env.OBSERVER_TOKEN, ASKER)
  const answer = await observer.get(PATH)
  if (isTree(answer)) return answer
  const details = {
    url: observer.addressOf(PATH),
    status: 200,
    hint: 'It may be no address of a Heartwood observer',
  }
  throw applicationError('OBSERVER_ANSWER', details)
}

function isTree(value: unknown): value is Tree {
  const tree = value as Partial<Tree> | null | undefined
  return Array.isArray(tree?.applications) && Array.isArray(tree.roots)
}

function below({ children }: Node): readonly Node[] | undefined {
  return children
}
