/** Asks the observer of a program that runs over Erlang's distribution: as a hidden node of its own, which has the cookie and listens nowhere. */
import { APPLICATION_ERRORS, loadConfig } from './application/index.js'
import { erlang } from './erlang/index.js'
import { call } from './genserver/index.js'
import { connect, errorsOf, HeartwoodError, Kernel, type NodeCarrier, oneLine } from './kernel/index.js'
import { reasonLine } from './logging/index.js'

const applicationError = errorsOf(APPLICATION_ERRORS)

/** Milliseconds that the observer may take. */
const PATIENCE = 10_000

/** How the node is reached. */
export interface NodeWay {
  /** A config module whose `node` says it: its cookie, certificates, and how nodes are found. Default the cookie in `HEARTWOOD_COOKIE`, on this machine. */
  readonly config?: string | undefined
  /** Where the node listens, `host:port`, in place of EPMD. */
  readonly at?: string | undefined
}

/**
 * @param node the name of the program's node, such as `'shop@127.0.0.1'`
 * @param work is given what asks for a path of the observer's API
 * @throws USAGE, OBSERVER_UNREACHABLE, OBSERVER_ANSWER, and what `work` throws. All of them reject.
 */
export async function askingNode<T>(
  node: string,
  way: NodeWay,
  work: (ask: (path: string) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const { carrier, host } = await carrierOf(node, way)
  const kernel = new Kernel({ node: `heartwood-${process.pid}@${host}`, report: () => {} })
  const joined = await carrier.start(kernel, { development: true, listens: false })
  try {
    return await work((path) => kernel.run(() => answerOf(node, path)))
  } finally {
    joined.close()
  }
}

async function answerOf(node: string, path: string): Promise<unknown> {
  const answer = await asked(node, path)
  const error = (answer as { readonly error?: { readonly message?: string } } | null)?.error
  if (typeof answer === 'object' && answer !== null && error === undefined) return answer
  const hint = `It says: ${oneLine(error?.message ?? String(answer))}`
  throw applicationError('OBSERVER_ANSWER', { url: `${node} ${path}`, status: 'an error', hint })
}

async function asked(node: string, path: string): Promise<unknown> {
  try {
    await connect(node)
    return JSON.parse(String(await call({ name: 'observer', node }, path, { timeout: PATIENCE })))
  } catch (error) {
    const reason = HeartwoodError.is(error) ? error.message.replace(/\.$/, '') : reasonLine(error)
    throw applicationError('OBSERVER_UNREACHABLE', { url: node, reason }, { cause: error })
  }
}

async function carrierOf(
  node: string,
  { config, at }: NodeWay,
): Promise<{ readonly carrier: NodeCarrier; readonly host: string }> {
  if (config !== undefined) {
    const own = (await loadConfig(config)).node
    if (own === undefined) throw usage(`${config} has no node, so nothing says how ${node} is reached.`)
    return { carrier: own.carrier, host: own.name.replace(/^[^@]*@/, '') }
  }
  const host = node.replace(/^[^@]*@/, '')
  const cookie = process.env.HEARTWOOD_COOKIE ?? ''
  if (cookie === '')
    throw usage(
      'the cookie of the nodes must be in HEARTWOOD_COOKIE, or in the config module of the program.',
    )
  if (at === undefined) {
    const port = Number(process.env.ERL_EPMD_PORT ?? '4369')
    return { carrier: erlang({ cookie, epmd: { port } }), host }
  }
  const [, where, port] = /^(.+):(\d{1,5})$/.exec(at) ?? []
  if (where === undefined) throw usage(`--at must be host:port, but is ${JSON.stringify(at)}.`)
  const address = { host: where.replace(/^\[|\]$/g, ''), port: Number(port) }
  return { carrier: erlang({ cookie, epmd: false, resolve: () => address }), host }
}

/** Both commands that ask a node are called by these. */
function usage(problem: string): Error {
  return applicationError('USAGE', {
    problem,
    usage: 'heartwood remote <node> [config], or heartwood tree --node <node> [config]',
    help: 'heartwood remote --help',
  })
}
