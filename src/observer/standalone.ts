/** An observer with a server of its own, standing alone or as an application beside the others. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Application, application } from '../application/index.js'
import { type Callbacks, startLink } from '../genserver/index.js'
import { currentKernel, own, REGISTERS, self } from '../kernel/index.js'
import { supervisorSpec } from '../supervisor/index.js'
import { observerError } from './errors.js'
import { Observer } from './observer.js'
import { checkServerOptions, type ObserverServerOptions } from './options.js'
import { errorFor } from './server/answer.js'
import { lineOf } from './snapshot/one-line-value.js'

/** An observer with its own server. */
export interface RunningObserver extends AsyncDisposable {
  readonly observer: Observer
  /** The address of its page, such as `'http://127.0.0.1:4010/'`. */
  readonly url: string
  /** Closes its server and all its streams. */
  close(): Promise<void>
}

/**
 * Starts an observer with its own server, outside a tree: for scripts, and for kernels without an application. In
 * a configuration write `observer: { port }` instead.
 *
 * @throws OBSERVER_OPTION, OBSERVER_TOKEN_REQUIRED, and Node's error for an address that cannot be used. All of them reject.
 * @example
 * ```ts
 * await using observer = await startObserver({ port: 0 })
 * console.log(observer.url)
 * ```
 */
export async function startObserver(options: ObserverServerOptions = {}): Promise<RunningObserver> {
  const { port, host, checked } = checkServerOptions(options)
  const observer = new Observer(options.kernel ?? currentKernel(), checked)
  const server = createServer(observer.handle)
  try {
    await listen(server, port, host)
  } catch (error) {
    observer.close()
    throw error
  }
  const close = async (): Promise<void> => {
    observer.close()
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  return { observer, url: urlOf(server, host), close, [Symbol.asyncDispose]: close }
}

/** Its server has the address of what it listens on for a state. */
class Serving {
  url: string | undefined
  observer: Observer | undefined

  constructor(readonly options: ObserverServerOptions) {}
}

/** The server as a child. It listens when it is up already: a port that is taken is no reason not to boot. */
const serving: Callbacks<Serving, ObserverServerOptions> = {
  init: (options) => ({ state: new Serving(options), continue: 'listen' }),

  async handleContinue(_listen, state) {
    const { port, host, checked } = checkServerOptions(state.options)
    const observer = own(new Observer(currentKernel(), checked))
    const server = own(createServer(observer.handle))
    state.observer = observer
    await listen(server, port, host)
    state.url = urlOf(server, host)
    const message = `the observer is at ${state.url}`
    currentKernel().report({ level: 'info', kind: 'observer', message, pid: self(), name: NAME })
    return { state }
  },

  /** Another node asks, or somebody here: the answer is the JSON that the API has for that path. */
  async handleCall(path, _from, state) {
    try {
      const told = typeof path === 'string' ? await state.observer?.tell(path) : undefined
      if (told === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: lineOf(path) })
      return { reply: JSON.stringify(told), state }
    } catch (thrown) {
      const { code, message } = errorFor(thrown)
      return { reply: JSON.stringify({ error: { code, message } }), state }
    }
  },

  // Nobody who sends it something else ends it.
  handleCast: (_request, state) => ({ state }),
  handleInfo: (_message, state) => ({ state }),

  formatStatus: (status) => ({ ...status, state: { url: (status.state as Serving).url } }),
}

/** The name of its process and of its application. */
const NAME = 'observer'

/**
 * Makes the observer an application of its own, whose crash does not affect the others: it is `'temporary'`, and its
 * server is restarted some time after each crash. The key `observer` of a configuration makes such an application.
 *
 * @throws OBSERVER_OPTION, OBSERVER_TOKEN_REQUIRED
 * @example
 * ```ts
 * defineConfig({ applications: [shop, observerApplication({ port: 4010, token: process.env.OBSERVER_TOKEN })] })
 * ```
 */
export function observerApplication(options: Omit<ObserverServerOptions, 'kernel'> = {}): Application {
  checkServerOptions(options)
  const child = {
    id: 'server',
    start: () => startLink(serving, options, { name: NAME }),
    backoff: { initial: 1_000, max: 30_000 },
    [REGISTERS]: NAME,
  }
  // As often as it takes: the waits in between grow.
  const root = supervisorSpec(NAME, { children: [child], intensity: 1_000, period: 60_000 })
  return application({ name: NAME, type: 'temporary', root })
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}
