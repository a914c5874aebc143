import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Observer } from 'heartwood/observer'
import type { ZodError } from 'zod'
import { openingSchema, updateSchema } from '../incidents.js'
import { isAlertSink } from '../workers/names.js'
import { type OperatorAccess, OperatorGate } from './access.js'
import { serveAssets } from './assets.js'
import { badge } from './badge.js'
import { limitConnections } from './connections.js'
import { answerBusy, answerError } from './error-answer.js'
import { EventFeed } from './event-feed.js'
import { Held } from './held.js'
import { shortName } from './instance-name.js'
import { LiveStream } from './live-stream.js'
import { serveObserver } from './observer.js'
import { type PageModel, page, SHOWN_TARGETS } from './page.js'
import { CRASHES, type Crash, type Snapshot, type TargetView, type WebPorts } from './ports.js'
import { servePush } from './push.js'
import type { Readers } from './readers.js'
import { targetMetrics } from './target-metrics.js'
import { targetPage } from './target-page.js'
import { Turnstile } from './turnstile.js'
import { formatShare } from './units.js'
import { PERIODS, shareOf } from './uptime.js'

/** The web server, not listening yet, and the streams that it feeds. */
export interface Web {
  readonly app: FastifyInstance
  /** The streams of open pages, by view. */
  readonly streams: Readonly<Record<View, LiveStream>>
  /** The stream for programs. */
  readonly feed: EventFeed
  /** What the page would show now. */
  model(view: View): Promise<PageModel>
  /** Ends every stream, and lets no other begin. */
  endStreams(): void
}

type View = PageModel['view']

/** What stands in a query: twice the same key is a list. */
type Given = string | readonly string[]

interface Searched {
  readonly q?: Given
}

export interface WebOptions {
  /** Whether the operator may crash workers. */
  readonly chaos: boolean
  /** Who is the operator. */
  readonly operator: OperatorAccess
  /** What looks into Pulse itself. */
  readonly observer?: Observer | undefined
  /** What is measured of Pulse itself, as text for Prometheus. */
  readonly metrics?: () => string
}

const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    // The search is a form.
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** The longest piece of history that one request gets. */
const HISTORY_LIMIT = 10_000
/** Of names that would have been right, so many are told. */
const KNOWN_SHOWN = 100

/** So many requests for a history may wait for their turn. */
const HISTORIES = 10
/** A request has to arrive within so many milliseconds, and its head within so many; how often those that are late are looked for. */
const REQUEST_TIMEOUT = 10_000
const HEADERS_TIMEOUT = 5_000
const LATE_CHECKED = 1_000
/** The longest body of a request: that of an incident. */
const BODY_LIMIT = 16_384
/** So many checks are listed on the page of a target. */
const SHOWN_CHECKS = 100
/** The longest text that is searched for. */
const QUERY_LIMIT = 64
/** However many ask, a page is made anew no sooner than after so many milliseconds, and the status of all targets. */
const PAGE_HELD = 250
const STATUS_HELD = 1_000

/** Builds Pulse's web server around what it is to show. */
export function createWeb(ports: WebPorts, { chaos, operator, observer, metrics }: WebOptions): Web {
  const app = fastify({
    forceCloseConnections: true,
    requestTimeout: REQUEST_TIMEOUT,
    http: { headersTimeout: HEADERS_TIMEOUT, connectionsCheckingInterval: LATE_CHECKED },
    bodyLimit: BODY_LIMIT,
  })
  limitConnections(app.server)
  const gate = new OperatorGate(operator, ports)
  const streams = { public: new LiveStream(), operator: new LiveStream() }
  const feed = new EventFeed()
  const endStreams = (): void => {
    for (const { readers } of [...Object.values(streams), feed]) readers.close()
  }
  const now = (): number => ports.now()
  const snapshot = new Held(() => ports.snapshot(SHOWN_TARGETS), PAGE_HELD, now)
  const whole = new Held(async () => JSON.stringify(status(await ports.snapshot())), STATUS_HELD, now)
  const scraped = new Held(
    async () => `${targetMetrics(await ports.snapshot())}${metrics?.() ?? ''}`,
    STATUS_HELD,
    now,
  )
  const histories = new Turnstile(HISTORIES, ports)
  const model = async (view: View): Promise<PageModel> => ({
    snapshot: await snapshot.get(),
    now: ports.wallTime(),
    view,
    chaos,
  })
  const onlyOperator = {
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      if (await gate.refuse(request, reply)) return reply
    },
  }

  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(SECURITY_HEADERS).header('cache-control', 'no-store')
  })
  // Open streams would keep the server from closing.
  app.addHook('preClose', async () => endStreams())
  app.setNotFoundHandler((request, reply) =>
    answerError(reply, 404, `there is no ${request.method} ${request.url}`),
  )
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
    answerError(reply, error.statusCode ?? 500, error.message),
  )

  serveAssets(app)
  if (observer !== undefined && operator !== 'closed') {
    serveObserver(app, observer, { gate, token: operator.token })
  }
  const document = async (view: View, { q }: Searched, reply: FastifyReply): Promise<FastifyReply> => {
    const query = single(q)?.trim().slice(0, QUERY_LIMIT)
    const shown = query ? await searched(view, query) : await model(view)
    if (shown === undefined) return answerBusy(reply, 'too many search')
    return reply.type('text/html; charset=utf-8').send(page(shown).text)
  }
  const searched = async (view: View, query: string): Promise<PageModel | undefined> => {
    const found = await histories.pass(() => ports.snapshot(SHOWN_TARGETS, query))
    return found && { snapshot: found, now: ports.wallTime(), view, chaos, query }
  }
  app.get<{ Querystring: Searched }>('/', async ({ query }, reply) => document('public', query, reply))
  app.get<{ Querystring: Searched }>('/operator', onlyOperator, async ({ query }, reply) =>
    document('operator', query, reply),
  )
  app.get<{ Params: { name: string } }>('/targets/:name', async ({ params: { name } }, reply) => {
    if (!ports.targetNames().includes(name)) return reply.callNotFound()
    const detail = await histories.pass(() => ports.target(name, SHOWN_CHECKS))
    if (detail === undefined) return answerBusy(reply, 'too many ask for histories')
    return reply.type('text/html; charset=utf-8').send(targetPage({ ...detail, now: ports.wallTime() }).text)
  })
  app.get<{ Params: { file: string }; Querystring: { period?: Given } }>(
    '/badge/:file',
    async ({ params: { file }, query }, reply) => {
      const key = single(query.period) ?? '30d'
      const name = file.replace(/\.svg$/, '')
      const period = PERIODS.find((each) => each.key === key)
      if (period === undefined) {
        const known = PERIODS.map((each) => each.key).join(', ')
        return reply.code(400).send({ error: `period is "${key}"; expected one of ${known}` })
      }
      const detail = await ports.target(name, 0)
      if (detail === undefined) return reply.callNotFound()
      const { state, uptime } = detail.target
      const figure = uptime && `${formatShare(shareOf(period.slots(uptime)))} of ${period.name}`
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', 'max-age=60')
        .send(badge(name, state, figure))
    },
  )
  const stream = async (readers: Readers, connect: () => void, reply: FastifyReply): Promise<unknown> => {
    if (!readers.hasRoom) return answerBusy(reply, 'no more event streams are to be had now')
    reply.hijack()
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.raw.setHeader(name, value)
    return connect()
  }
  const live = (view: View, reply: FastifyReply): Promise<unknown> =>
    stream(streams[view].readers, () => streams[view].connect(reply.raw), reply)
  app.get('/api/events', (_request, reply) => stream(feed.readers, () => feed.readers.add(reply.raw), reply))
  app.get('/api/page/events', (_request, reply) => live('public', reply))
  app.get('/api/operator/events', onlyOperator, (_request, reply) => live('operator', reply))
  app.get('/api/status', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(await whole.get()),
  )
  app.get('/api/incidents', async () => ({ incidents: ports.incidents.shown }))
  app.post('/api/incidents', onlyOperator, async ({ body }, reply) => {
    const { data, error } = openingSchema.safeParse(body ?? {})
    if (error !== undefined) return reply.code(400).send({ error: complaint(error) })
    return reply.code(201).send(ports.incidents.begin(data))
  })
  app.post<{ Params: { id: string } }>(
    '/api/incidents/:id',
    onlyOperator,
    async ({ params, body }, reply) => {
      const { data, error } = updateSchema.safeParse(body ?? {})
      if (error !== undefined) return reply.code(400).send({ error: complaint(error) })
      const incident = ports.incidents.goOn(params.id, data)
      return incident ?? reply.code(404).send({ error: 'there is no such incident' })
    },
  )
  app.get('/metrics', onlyOperator, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await scraped.get()),
  )
  app.get('/api/workers', onlyOperator, async () => ({ workers: ports.workers() }))
  app.get('/api/alerts', onlyOperator, async () => ({ alerts: (await ports.snapshot(0)).alerts }))
  servePush(app, ports)
  app.get('/healthz', async (_request, reply) => {
    const { live } = await ports.health()
    return reply.code(live.ok ? 200 : 503).send(live)
  })
  app.get('/readyz', async (_request, reply) => {
    const { ready } = await ports.health()
    return reply.code(ready.ok ? 200 : 503).send(ready)
  })
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    // A sink that waits to try again is at its work: it is the other side that is away.
    const missing = ports.workers().filter(({ name, pid }) => pid === undefined && !isAlertSink(name))
    if (missing.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'starting', missing: missing.map((worker) => worker.name) })
  })
  app.get<{ Params: { name: string }; Querystring: { limit?: Given } }>(
    '/api/targets/:name/history',
    async ({ params: { name }, query }, reply) => {
      const limit = query.limit === undefined ? 100 : Number(query.limit)
      if (!Number.isInteger(limit) || limit < 1 || limit > HISTORY_LIMIT) {
        return reply.code(400).send({ error: `limit is "${query.limit}"; expected 1 to ${HISTORY_LIMIT}` })
      }
      const known = ports.targetNames()
      if (!known.includes(name))
        return reply
          .code(404)
          .send({ error: `no target is named "${name}"`, known: known.slice(0, KNOWN_SHOWN) })
      const results = await histories.pass(() => ports.history(name, limit))
      if (results === undefined) return answerBusy(reply, 'too many ask for histories')
      return { target: name, results }
    },
  )
  app.post<{ Params: { worker: string }; Querystring: { how?: Given } }>(
    '/api/chaos/crash/:worker',
    onlyOperator,
    async (request, reply) => {
      if (!chaos)
        return reply.code(403).send({ error: 'crashing workers is switched off; PULSE_CHAOS=on allows it' })
      return crash(ports, request.params.worker, single(request.query.how) ?? 'cast', reply)
    },
  )
  return { app, streams, feed, model, endStreams }
}

/** The first of several. */
const single = (given: Given | undefined): string | undefined =>
  given === undefined || typeof given === 'string' ? given : given[0]

/** Where it is wrong, and what was expected. */
const complaint = ({ issues }: ZodError): string =>
  issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: expected ${message}`))
    .join('; ')

function crash(ports: WebPorts, name: string, how: string, reply: FastifyReply): FastifyReply {
  const workers = ports.workers()
  const worker = workers.find((candidate) => candidate.name === name)
  if (worker === undefined) {
    return reply.code(404).send({
      error: `no worker is named "${name}"`,
      known: workers.slice(0, KNOWN_SHOWN).map((known) => known.name),
    })
  }
  if (!isCrash(how)) {
    return reply.code(400).send({ error: `how is "${how}"; expected one of ${CRASHES.join(', ')}` })
  }
  // After the answer has gone out: the victim may be this very server.
  reply.raw.once('finish', () => ports.crash(name, how))
  return reply.code(202).send({ worker: name, pid: worker.pid, how })
}

const isCrash = (how: string): how is Crash => (CRASHES as readonly string[]).includes(how)

/** What anybody is told of a target. */
function told({ hidden, url, instance, ...rest }: Omit<TargetView, 'recent'>) {
  const target = { ...rest, ...(instance !== undefined && { instance: shortName(instance) }) }
  return hidden ? target : { ...target, url }
}

function status({ targets, counts, changes, instances }: Snapshot) {
  const states = ['down', 'slow', 'pending'] as const
  return {
    state: states.find((state) => counts[state] > 0) ?? 'up',
    counts,
    ...(instances.length > 0 && {
      instances: instances.map(({ node, targets }) => ({ name: shortName(node), targets })),
    }),
    targets: targets.map(({ recent: _, ...target }) => told(target)),
    changes,
  }
}
