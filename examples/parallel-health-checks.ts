/** Tasks: start them all, then await each. The results come in the order of the questions. */
import { sleep, Task } from 'heartwood'

type Health = 'healthy' | 'unhealthy'

async function check(service: string): Promise<[service: string, health: Health]> {
  await sleep(service.length * 5)
  return [service, service.startsWith('old') ? 'unhealthy' : 'healthy']
}

async function checkAll(services: readonly string[]): Promise<[string, Health][]> {
  const tasks = services.map((service) => Task.async(() => check(service)))
  return Promise.all(tasks.map((task) => task.await()))
}

const sum = Task.async(() => 1 + 1)
console.log(`a task that adds: ${await sum.await()}`)

for (const [service, health] of await checkAll(['payments', 'api', 'old-billing', 'search'])) {
  console.log(`${service} is ${health}`)
}
