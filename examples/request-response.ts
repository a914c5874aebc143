/** Question and answer by hand: a reference tells which answer is whose, a time-out that none came. */
import { on, type Pid, Reference, receive, self, send, spawn } from 'heartwood'

interface Request {
  readonly ref: Reference
  readonly from: Pid
  readonly request: string
}

const service = spawn(async () => {
  for (;;) {
    const { ref, from, request } = (await receive()) as Request
    if (request === 'fail') send(from, { ref, error: 'it failed' })
    else if (request !== 'say nothing') send(from, { ref, data: request.toUpperCase() })
  }
})

function call(server: Pid, request: string, timeout = 5_000): Promise<string> {
  const ref = new Reference()
  send(server, { ref, from: self(), request })
  const answer = on({ ref }, ({ data, error }) => (error === undefined ? `ok: ${data}` : `error: ${error}`))
  return receive([answer], { timeout, onTimeout: () => 'error: timeout' })
}

console.log(await call(service, 'shout this'))
console.log(await call(service, 'fail'))
console.log(await call(service, 'say nothing', 30))
console.log(await call(service, 'and again'))
