/** The requests that run as processes: each ends with its response or its connection, and all of a server with its tree. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  currentKernel,
  currentPid,
  type DeathObserver,
  exit,
  isDown,
  type Kernel,
  monitor,
  type Pid,
  receive,
  runAsNobody,
  spawn,
  storesOfNow,
} from '../kernel/index.js'

/** The reason of a request whose client has gone: in good order, so that no crash is reported. */
const GONE = Object.freeze({ shutdown: 'the client is gone' })

/** Milliseconds that requests which trap exits have to end when their tree stops. */
const PATIENCE = 250

/** Characters of a URL that the label of a process shows. */
const LONGEST_LABEL = 100

/** Those of the servers that a tree stands beside. */
const served = new WeakMap<object, OpenRequests>()

/** The open requests of a server, which are processes of the system beside it. */
export class OpenRequests {
  readonly #open = new Set<OpenRequest>()
  #kernel: Kernel | undefined

  /** Those of the server that a request came to; `undefined` for a server that no tree was booted beside. */
  static of({ socket }: IncomingMessage): OpenRequests | undefined {
    // Node sets it on each connection, and on that of an HTTP/2 stream.
    const { server } = (socket ?? {}) as { server?: unknown }
    return typeof server === 'object' && server !== null ? served.get(server) : undefined
  }

  /** The kernel of the system. Requests that come before it is booted run on the default one. */
  get kernel(): Kernel {
    return this.#kernel ?? currentKernel()
  }

  /** Called in a process of the system, when it has booted beside the server. */
  serve(server: object): void {
    this.#kernel = currentKernel()
    served.set(server, this)
  }

  add(request: OpenRequest): void {
    this.#open.add(request)
  }

  delete(request: OpenRequest): void {
    this.#open.delete(request)
  }

  /** Ends the requests that are left when the server is drained, such as those that work on after their response. */
  async end(): Promise<void> {
    const left = new Set([...this.#open].map(({ pid }) => pid))
    for (const pid of left) {
      monitor(pid)
      exit(pid, 'shutdown')
    }
    const end = this.kernel.now() + PATIENCE
    while (left.size > 0) {
      const down = await receive(isDown, { timeout: Math.max(0, Math.ceil(end - this.kernel.now())) })
      if (down === undefined) break
      left.delete(down.object as Pid)
    }
    for (const pid of left) exit(pid, 'kill')
  }
}

/** The open requests of each connection: one listener for all of them. A client may send many without waiting for responses. */
const connections = new WeakMap<Socket, Set<OpenRequest>>()

function onConnection(socket: Socket): Set<OpenRequest> {
  const known = connections.get(socket)
  if (known !== undefined) return known
  const made = new Set<OpenRequest>()
  connections.set(socket, made)
  socket.once('close', () => {
    for (const each of [...made]) each.over()
  })
  return made
}

/** A request that runs as a process. */
export class OpenRequest implements DeathObserver {
  readonly pid: Pid
  readonly #kernel: Kernel
  readonly #connection: Set<OpenRequest> | undefined
  #over: (() => void) | undefined

  /**
   * @param requests those that it belongs to; a request of an unknown server runs on the current kernel
   * @param failed called when its process has crashed before anything was answered
   */
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly requests: OpenRequests | undefined,
    run: () => unknown,
    private readonly failed: () => void,
  ) {
    this.#kernel = requests?.kernel ?? currentKernel()
    const closed = new Promise<void>((resolve) => {
      this.#over = resolve
    })
    // What `run` throws, or what the promise that it returns rejects with, is the crash of this process.
    this.pid = spawnOn(this.#kernel, labelOf(request), () => Promise.all([run(), closed]))
    this.#kernel.witness(this.pid, this)
    requests?.add(this)
    response.once('close', this.over)
    const { socket } = request
    if (typeof socket?.once === 'function') {
      // Node emits no `close` on a response that waits behind another one of its connection.
      this.#connection = onConnection(socket)
      this.#connection.add(this)
    }
    if (socket?.destroyed || response.writableFinished) this.over()
  }

  /** Called when the response is given, or its connection is gone. */
  readonly over = (): void => {
    const over = this.#over
    if (over === undefined) return
    this.#over = undefined
    this.response.off('close', this.over)
    this.#connection?.delete(this)
    over()
    // A response that was given lets its process end by itself. Where none was, nobody waits for one any more.
    if (given(this.response, this.request.socket) || !this.#kernel.isAlive(this.pid)) return
    // The process whose code closed the connection may be dead.
    runAsNobody(() => this.#kernel.exit(this.pid, GONE))
  }

  died(): void {
    this.requests?.delete(this)
    const { response } = this
    if (this.#over !== undefined && !response.writableEnded && !response.destroyed)
      queueMicrotask(this.failed)
  }
}

/**
 * Whether a response was given as a whole, and not lost with its connection. One of HTTP/2 that was never ended counts as finished when
 * its stream is closed; one of Fastify's `inject` has no connection, and is not told that it is finished.
 */
function given({ writableEnded, writableFinished }: ServerResponse, connection: Socket | undefined): boolean {
  return writableEnded && (writableFinished || connection?.destroyed !== true)
}

/** Spawns as the code that runs now. A dead process, or one of another system, spawns nothing here. */
function spawnOn(kernel: Kernel, label: string, run: () => unknown): Pid {
  // Stores of others, such as the context of a tracer, are those of the request.
  const options = { label, stores: storesOfNow() }
  const spawner = currentPid()
  if (spawner === undefined) return kernel.spawn(run, options)
  if (currentKernel() === kernel && kernel.isAlive(spawner)) return spawn(run, options)
  return runAsNobody(() => kernel.spawn(run, options))
}

/** Without its query, which may hold secrets. */
function labelOf({ method, url = '' }: IncomingMessage): string {
  const [path = ''] = url.split('?', 1)
  return `${method} ${path.slice(0, LONGEST_LABEL)}`
}
