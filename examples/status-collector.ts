/** Many report to one process, which alone holds the picture. */
import { type Pid, receive, self, send, sleep, spawn } from 'heartwood'

type Status = 'healthy' | 'degraded' | 'down'
type Message =
  | { type: 'report'; service: string; status: Status }
  | { type: 'get all'; from: Pid }
  | { type: 'stop' }

async function collector(): Promise<void> {
  const statuses = new Map<string, Status>()
  for (;;) {
    const message = (await receive()) as Message
    if (message.type === 'stop') break
    if (message.type === 'get all') send(message.from, { statuses: new Map(statuses) })
    else {
      statuses.set(message.service, message.status)
      console.log(`${message.service}: ${message.status}`)
    }
  }
  console.log('Collector stopping')
}

const pid = spawn(collector)
send(pid, { type: 'report', service: 'api', status: 'healthy' })
send(pid, { type: 'report', service: 'database', status: 'degraded' })
send(pid, { type: 'report', service: 'database', status: 'healthy' })
send(pid, { type: 'get all', from: self() })
const { statuses } = await receive(
  (message: { statuses: Map<string, Status> }) => message.statuses !== undefined,
)
console.log([...statuses].map(([service, status]) => `${service} is ${status}`).join(', '))
send(pid, { type: 'stop' })
await sleep(10)
