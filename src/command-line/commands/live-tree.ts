/** `heartwood tree --url`: the tree of a program that runs, as its observer tells it. */
import { applicationError, branches } from '../../application/index.js'
import { oneLine, read } from '../../kernel/index.js'
import { type Paint, painter, reasonLine, showsColours } from '../../logging/index.js'

/** Milliseconds that the observer may take. */
const PATIENCE = 10_000

/** As much as the observer tells. */
const DEEP = 'depth=64&limit=500'

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
  return shown(await fetched(treeUrl(url)), json)
}

/** The same, asked another way. @param ask for what the observer's API has at a path */
export async function nodeTree(ask: (path: string) => Promise<unknown>, json: boolean): Promise<string> {
  return shown((await ask(`tree?${DEEP}`)) as Tree, json)
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

function treeUrl(url: string): URL {
  try {
    const base = new URL(/^https?:\/\//.test(url) ? url : `http://${url}`)
    if (!base.pathname.endsWith('/')) base.pathname += '/'
    const tree = new URL('api/tree', base)
    tree.search = DEEP
    return tree
  } catch (error) {
    const problem = `--url must be an address such as http://127.0.0.1:4010, but is ${JSON.stringify(url)}.`
    throw applicationError(
      'USAGE',
      { problem, usage: 'heartwood tree --url <url>', help: 'heartwood tree --help' },
      { cause: error },
    )
  }
}

async function fetched(url: URL): Promise<Tree> {
  const token = process.env.OBSERVER_TOKEN
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` }
  const signal = AbortSignal.timeout(PATIENCE)
  let response: Response
  let answer: unknown
  try {
    response = await fetch(url, { ...(headers === undefined ? undefined : { headers }), signal })
    answer = await response.json().catch(() => undefined)
  } catch (error) {
    const cause = read(error, 'cause') ?? error
    throw applicationError(
      'OBSERVER_UNREACHABLE',
      { url: url.origin, reason: reasonLine(cause) },
      { cause: error },
    )
  }
  if (response.ok && isTree(answer)) return answer
  throw applicationError('OBSERVER_ANSWER', {
    url: url.href,
    status: response.status,
    hint: hint(response.status, answer),
  })
}

function hint(status: number, answer: unknown): string {
  if (status === 401) return 'It wants its token: set OBSERVER_TOKEN'
  const told = (answer as { readonly error?: { readonly message?: unknown } } | undefined)?.error?.message
  return typeof told === 'string' ? `It says: ${told}` : 'It may be no address of a Heartwood observer'
}

function isTree(value: unknown): value is Tree {
  const tree = value as Partial<Tree> | null | undefined
  return Array.isArray(tree?.applications) && Array.isArray(tree.roots)
}

function below({ children }: Node): readonly Node[] | undefined {
  return children
}
