/** The observer: a handler of HTTP requests that looks into a kernel, and lets whoever may change a few things. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { HEALTH, SETTINGS, type SystemHealth } from '../application/index.js'
import {
  currentKernel,
  inherited,
  type Kernel,
  type Pid,
  REPORTS,
  type Report,
  type ReportEvent,
} from '../kernel/index.js'
import { reasonLine } from '../logging/index.js'
import { boundedAnswer } from './console/bounded-answer.js'
import { ORDERS, type Order, Orders } from './console/orders.js'
import { observerError } from './errors.js'
import { Feed, MOST_STREAMS } from './event-streams.js'
import { Heartbeat } from './heartbeat.js'
import { Views } from './observed-kernel.js'
import { type CheckedOptions, checkOptions, type ObserverOptions } from './options.js'
import { ACTIONS, Actions } from './server/actions.js'
import { answerError, answerJson, secure } from './server/answer.js'
import { Assets } from './server/assets.js'
import { bodyOf } from './server/body.js'
import { Guard } from './server/guard.js'
import { Parameters } from './server/parameters.js'
import { Refusals } from './server/refusals.js'
import { DEEPER, ROUTES, TOLD_TO_NODES } from './server/routes.js'
import { lineOf } from './snapshot/one-line-value.js'
import { processAt } from './snapshot/process-identity.js'
import { Timeline, type TimelineEvent } from './timeline.js'
import { Tracing } from './tracing.js'

/** Bytes of an order of a console. */
const LARGEST_ORDER = 1_000_000

/** An observer of one kernel, made by `createObserver`. After `close` it answers no request. */
export class Observer implements Disposable {
  readonly kernel: Kernel
  readonly #prefix: string
  readonly #guard: Guard
  readonly #views: Views
  readonly #feed: Feed
  readonly #tracing: Tracing
  readonly #actions: Actions
  readonly #orders: Orders
  readonly #refusals: Refusals
  readonly #assets = new Assets()
  readonly #heartbeat: Heartbeat
  readonly #heard: (event: unknown) => void
  #closed = false
  #noting = false

  constructor(kernel: Kernel, options: CheckedOptions) {
    this.kernel = kernel
    this.#prefix = options.prefix
    this.#guard = new Guard(options)
    const { actions, reading } = this.#guard
    const timeline = new Timeline(kernel, (event) => this.#feed.tell(event.kind, event))
    this.#feed = new Feed(kernel)
    this.#views = new Views(kernel, timeline, { actions, reading }, options.logger, {
      health: inherited(HEALTH) as SystemHealth | undefined,
      settings: inherited(SETTINGS),
    })
    const { asking } = this.#views
    this.#tracing = new Tracing(kernel, this.#feed, asking)
    this.#actions = new Actions(kernel, options.logger, asking, this.#tracing)
    this.#orders = new Orders(kernel, asking, (path) => this.#look(path))
    this.#refusals = new Refusals(kernel)
    this.#heartbeat = new Heartbeat(kernel, this.#views, this.#feed, () => this.#sweep())
    this.#heard = (event) => {
      const { kernel: from, report } = event as ReportEvent
      if (from === kernel) this.#note(timeline, report)
    }
    subscribe(REPORTS, this.#heard)
    kernel.observers++
    if (!this.#assets.areThere) this.#report('warn', observerError('OBSERVER_PAGE_MISSING').message)
  }

  /**
   * Answers a request. For `node:http`: `createServer(observer.handle)`; in a framework, use it in a route for all paths with
   * the prefix.
   *
   * @param body the body as the framework has parsed it; without it, the body is read here
   * @example
   * ```ts
   * app.all('/observer/*', (request, reply) => {
   *   reply.hijack()
   *   observer.handle(request.raw, reply.raw, request.body)
   * })
   * ```
   */
  readonly handle = (request: IncomingMessage, response: ServerResponse, body?: unknown): void => {
    this.#answer(request, response, body).catch((error: unknown) => {
      const fault = answerError(response, error)
      if (fault !== undefined) this.#report('error', `the observer failed: ${reasonLine(fault)}`, fault)
    })
  }

  /**
   * Answers another node, which has shown the cookie: as the API does, but nothing of what processes hold.
   *
   * @param path below `/api/`, such as `'tree?depth=3'`
   * @throws OBSERVER_NOT_FOUND, OBSERVER_PARAMETER, OBSERVER_NO_PROCESS. All of them reject.
   */
  async tell(path: string): Promise<unknown> {
    if (typeof path !== 'string') throw observerError('OBSERVER_NOT_FOUND', { path })
    const { pathname, searchParams } = addressOf({ url: `/${path.slice(0, 2_000)}` })
    const name = pathname.slice(1)
    const route = !this.#closed && TOLD_TO_NODES.has(name) ? ROUTES[name] : undefined
    if (route === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: pathname })
    const answer = await route(this.#views, new Parameters(searchParams), '')
    return name === 'timeline'
      ? withoutFields(answer as { readonly events: readonly TimelineEvent[] })
      : answer
  }

  /** Ends the streams and the traces, and stops observing. A second call does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    unsubscribe(REPORTS, this.#heard)
    this.kernel.observers--
    this.#heartbeat.stop()
    this.#views.times.stop()
    this.#feed.close()
    for (const pid of this.#tracing.pids) this.#tracing.end(pid).catch((error) => this.#untraced(pid, error))
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    secure(response)
    const { pathname, searchParams } = addressOf(request)
    if (this.#closed || !(pathname === this.#prefix || pathname.startsWith(`${this.#prefix}/`))) {
      throw observerError('OBSERVER_NOT_FOUND', { path: pathname })
    }
    const path = pathname.slice(this.#prefix.length)
    // The page's own addresses are relative to the folder.
    if (path === '' && this.#prefix !== '') {
      response.writeHead(308, { location: `${this.#prefix}/` }).end()
    } else if (path.startsWith('/api/')) await this.#api(path.slice(5), searchParams, request, response, body)
    else this.#page(path, request, response)
  }

  #page(path: string, request: IncomingMessage, response: ServerResponse): void {
    expectMethod(request, path, 'GET', 'HEAD')
    if (!this.#assets.serve(path.slice(1), request, response))
      throw observerError('OBSERVER_NOT_FOUND', { path })
  }

  async #api(
    path: string,
    search: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
    parsed: unknown,
  ): Promise<void> {
    const [name = '', ...rest] = path.split('/').map(decoded)
    if (name === 'console') return this.#order(rest.join('/'), request, response, parsed)
    if (name === 'actions') return this.#act(rest.join('/'), request, response, parsed)
    const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined
    if (name !== 'events' && (route === undefined || (rest.length > 0 && !DEEPER.has(name)))) {
      throw observerError('OBSERVER_NOT_FOUND', { path: `/api/${path}` })
    }
    expectMethod(request, `/api/${name}`, 'GET')
    this.#guard.mayRead(request)
    const parameters = new Parameters(search)
    if (route === undefined) this.#stream(parameters, request, response)
    else answerJson(response, await route(this.#views, parameters, rest.join('/')))
  }

  #stream(parameters: Parameters, request: IncomingMessage, response: ServerResponse): void {
    const trace = parameters.text('trace')
    parameters.done()
    if (this.#feed.size >= MOST_STREAMS)
      throw observerError('OBSERVER_TOO_MANY_STREAMS', { limit: MOST_STREAMS })
    const traced = trace === '' ? undefined : processAt(this.kernel, trace)
    if (trace !== '' && traced === undefined) throw observerError('OBSERVER_NO_PROCESS', { process: trace })
    request.socket.setTimeout(0)
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    const pid = traced === undefined ? undefined : String(traced)
    const client = this.#feed.connect(response, pid, () => this.#heartbeat.left())
    client.send('hello', this.#views.overview())
    this.#heartbeat.start()
  }

  async #act(
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
    parsed: unknown,
  ): Promise<void> {
    const action = ACTIONS.find((each) => each === name)
    if (action === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: `/api/actions/${name}` })
    expectMethod(request, `/api/actions/${name}`, 'POST')
    const from = request.socket.remoteAddress ?? 'an unknown address'
    try {
      this.#guard.mayAct(request)
      const done = await this.#actions.perform(action, await bodyOf(request, parsed))
      this.kernel.report({
        level: 'info',
        kind: 'observer',
        message: `observer: ${done}, by order from ${from}`,
        action,
      })
      answerJson(response, { ok: true, done })
    } catch (error) {
      this.#refusals.note(action, from, error)
      throw error
    }
  }

  /** An order of a console. It is in the log before it is followed: it may be the last thing that the program does. */
  async #order(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    parsed: unknown,
  ): Promise<void> {
    const name = ORDERS.find((each) => each === path)
    if (name === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: `/api/console/${path}` })
    expectMethod(request, `/api/console/${name}`, 'POST')
    const from = request.socket.remoteAddress ?? 'an unknown address'
    let order: Order
    let who = from
    try {
      this.#guard.mayOrder(request)
      const body = await bodyOf(request, parsed, LARGEST_ORDER)
      if (typeof body.by === 'string') who = `${from}, who says to be ${lineOf(body.by, 60)}`
      order = this.#orders.read(name, body)
    } catch (error) {
      this.#refusals.note('console', from, error)
      throw error
    }
    // What is asked to complete a name is no line.
    if (name !== 'methods' && name !== 'names') {
      const message = `observer: console: ${order.said}, by order from ${who}`
      this.kernel.report({ level: 'info', kind: 'observer', message, action: 'console' })
    }
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const value = boundedAnswer(await this.#orders.follow(order, gone.signal))
    answerJson(response, value === undefined ? { ok: true } : { ok: true, value })
  }

  /** What the API has at a path, for a console. */
  async #look(path: string): Promise<unknown> {
    const { pathname, searchParams } = addressOf({ url: `/${path}` })
    const [name = '', ...rest] = pathname.slice(1).split('/').map(decoded)
    const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined
    if (route === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: pathname })
    return route(this.#views, new Parameters(searchParams), rest.join('/'))
  }

  #report(level: 'error' | 'warn', message: string, reason?: unknown): void {
    const why = reason === undefined ? undefined : { reason }
    this.kernel.report({ level, kind: 'observer', message, ...why })
  }

  /** What goes wrong here must not be the end of whoever reported something. Told once: the telling is a report, too. */
  #note(timeline: Timeline, report: Report): void {
    if (this.#noting) return
    this.#noting = true
    try {
      timeline.note(report)
    } catch (error) {
      this.#report('error', `observer: a report was not taken: ${reasonLine(error)}`, error)
    } finally {
      this.#noting = false
    }
  }

  #sweep(): void {
    this.#views.sweep()
    this.#refusals.sweep()
    this.#tracing.sweep((pid, error) => this.#untraced(pid, error))
  }

  #untraced(pid: Pid, error: unknown): void {
    this.#report('warn', `observer: the trace of ${pid} could not be ended`, error)
  }
}

function expectMethod(request: IncomingMessage, path: string, ...methods: readonly string[]): void {
  const { method = 'GET' } = request
  if (!methods.includes(method)) {
    throw observerError('OBSERVER_METHOD', { path, expected: methods.join(', '), method })
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // Not encoded as it should be: then it names nothing, and that is what the answer will say.
    return part
  }
}

/**
 * Makes an observer for a server of your own. It observes from now on, until `close`. In a process,
 * pass it to `own`, so that it ends with the process.
 *
 * @throws OBSERVER_OPTION; OBSERVER_TOKEN_REQUIRED if reading is not `'open'` and there is no token
 * @example
 * ```ts
 * const observer = own(createObserver({ prefix: '/observer', token: process.env.OBSERVER_TOKEN }))
 * ```
 */
export function createObserver(options: ObserverOptions): Observer {
  const checked = checkOptions(options)
  return new Observer(options.kernel ?? currentKernel(), checked)
}

/** What happened, and not what the processes had then. */
function withoutFields({ events }: { readonly events: readonly TimelineEvent[] }) {
  return { events: events.map((event) => ({ ...event, report: {} })) }
}

/** A path with two slashes in front is a path, too, and no host. @throws OBSERVER_NOT_FOUND */
function addressOf({ url = '/' }: Pick<IncomingMessage, 'url'>): URL {
  const address = url.startsWith('/') ? `http://observer${url}` : url
  if (!URL.canParse(address)) throw observerError('OBSERVER_NOT_FOUND', { path: url })
  return new URL(address)
}
