/** What the two arms of the HTTP scenario share: the load from outside, and what it costs the server. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { began, cost, type Sample } from './sample.js'

const LOAD = fileURLToPath(new URL('./load.js', import.meta.url))
const CONNECTIONS = 32

/** Has another program send `size` requests to the server at `address`, and waits for its count. */
export async function loaded(address: string, size: number): Promise<Sample> {
  const start = began()
  const args = [new URL(address).port, '/add', size, Math.min(CONNECTIONS, size)].map(String)
  const load = fork(LOAD, args, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [message, code] = await Promise.race([
    once(load, 'message'),
    once(load, 'exit').then(([code]) => [undefined, code]),
  ])
  if (message === undefined) throw new Error(`the load generator ended with ${code} before it was done`)
  const { cpu } = cost(start, size)
  const { counted, ns } = message as { counted: number; ns: number }
  return { counted, value: ns, cpu }
}
