/** A process for each request of a server: the caller of what the request asks for, and where its failures stay. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { OpenRequest, OpenRequests } from './open-requests.js'

/** A handler of `node:http`, for example an Express application. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown

/** Middleware for Express, Connect and Nest's `app.use`. */
export type RequestMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * Makes a handler for `createServer` that runs each request in a process of its own. See `requestProcess`.
 *
 * @example
 * ```ts
 * const server = createServer(requestProcesses(app))
 * ```
 */
export function requestProcesses(listener: RequestListener): RequestListener {
  return (request, response) => {
    asProcess(request, response, () => listener(request, response))
  }
}

/**
 * Middleware that runs the rest of each request in a process of its own. Use it before all other middleware.
 *
 * - The process makes calls and sends: it has a pid, can `monitor`, `own` and borrow from a pool, and the observer shows it.
 * - It ends with the response. If the client disconnects before, it ends at once, and so do the calls that it waits for;
 *   `processSignal()` aborts `fetch` and similar operations.
 * - An uncaught error in a timer, a callback or a promise of the request ends this process and is reported. The request is
 *   answered with 500, if no answer has begun. Other requests are not affected.
 *
 * Do work that goes on after the response in a worker or a task: the process has ended then, and cannot call or send
 * (PROCESS_DEAD). Wrap a client or a pool that several requests use in `shared`.
 *
 * @example
 * ```ts
 * const app = express()
 * app.use(requestProcess())
 * ```
 */
export function requestProcess(): RequestMiddleware {
  return (request, response, next) => {
    asProcess(request, response, () => next())
  }
}

/**
 * Runs `run` as the process of a request, which ends with the response or the connection.
 *
 * @param requests those of the server; default the ones of the server that the request came to
 * @param failed called when it crashed and nothing has been answered yet; default answers 500
 */
export function asProcess(
  request: IncomingMessage,
  response: ServerResponse,
  run: () => unknown,
  requests: OpenRequests | undefined = OpenRequests.of(request),
  failed: () => void = () => answerFailure(response),
): void {
  new OpenRequest(request, response, requests, run, failed)
}

function answerFailure(response: ServerResponse): void {
  if (response.writableEnded || response.destroyed) return
  if (response.headersSent) response.destroy()
  else response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error\n')
}
