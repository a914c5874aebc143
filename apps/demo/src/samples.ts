import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Target, targetSchema } from './target.js'

/** The services that Pulse watches when nobody told it what to watch. */
export interface Samples {
  readonly targets: readonly Target[]
  close(): Promise<void>
}

export interface SampleOptions {
  /** Resolves after so many milliseconds: how the slow service takes its time. */
  readonly delay: (milliseconds: number) => Promise<void>
  /**
   * The ports to listen on by the service's name, written back here. Whoever opens the samples again with the same map
   * finds them under their old addresses; a service without an entry takes any free port.
   */
  readonly ports?: Map<string, number>
}

interface Sample {
  readonly target: Partial<Target>
  readonly answer: (delay: SampleOptions['delay']) => RequestListener
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  steady: {
    target: { interval: 1000, body: 'all is well' },
    answer: () => (_request, response) => response.end('all is well\n'),
  },
  slow: {
    target: { interval: 2000, timeout: 2000 },
    answer: (delay) => {
      let requests = 0
      return async (_request, response) => {
        requests += 1
        // Wanders between 150 and 400 ms, so that the percentiles differ.
        await delay(150 + ((requests * 7) % 11) * 25)
        response.end('here at last\n')
      }
    },
  },
  flaky: {
    target: { interval: 1500 },
    answer: () => {
      let requests = 0
      return (_request, response) => {
        requests += 1
        if (requests % 6 === 0) response.writeHead(503).end('not now\n')
        else response.end('fine this time\n')
      }
    },
  },
}

/** Starts the sample services on loopback. */
export async function openSamples({ delay, ports = new Map() }: SampleOptions): Promise<Samples> {
  const servers: Server[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer))
  }
  const targets: Target[] = []
  try {
    for (const [name, sample] of Object.entries(SAMPLES)) {
      const server = createServer(sample.answer(delay))
      servers.push(server)
      const port = await listen(server, ports.get(name) ?? 0)
      ports.set(name, port)
      targets.push(targetSchema.parse({ name, url: `http://127.0.0.1:${port}/`, ...sample.target }))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { targets, close }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // Not listening is what closing is for: the error of a server that never came up says no more than that.
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
