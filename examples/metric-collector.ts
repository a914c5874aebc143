/** A named process that a hundred others record their measurements with. */
import { on, type Pid, receive, register, self, send, spawnLink, Task } from 'heartwood'

type Message =
  | { type: 'record'; metric: string; value: number }
  | { type: 'average'; metric: string; from: Pid }
  | { type: 'stop' }

async function collector(): Promise<void> {
  const metrics = new Map<string, number[]>()
  for (;;) {
    const message = (await receive()) as Message
    if (message.type === 'stop') return console.log('Stopping collector')
    const values = metrics.get(message.metric)
    if (message.type === 'record') metrics.set(message.metric, [message.value, ...(values ?? [])])
    else if (values === undefined) send(message.from, 'not found')
    else send(message.from, { average: values.reduce((sum, value) => sum + value, 0) / values.length })
  }
}

const record = (metric: string, value: number) => send('metrics', { type: 'record', metric, value })

function average(metric: string): Promise<string> {
  send('metrics', { type: 'average', metric, from: self() })
  return receive(
    [
      on('not found', () => 'not found'),
      on(
        (message: { average: number }) => message.average !== undefined,
        (message) => message.average.toFixed(2),
      ),
    ],
    { timeout: 1_000, onTimeout: () => 'no answer' },
  )
}

register('metrics', spawnLink(collector))
const tasks = Array.from({ length: 100 }, (_, n) => Task.async(() => record('cpu_usage', n + 1)))
for (const task of tasks) await task.await()

console.log(`Average CPU: ${await average('cpu_usage')}%`)
console.log(`Average memory: ${await average('memory')}`)
send('metrics', { type: 'stop' })
