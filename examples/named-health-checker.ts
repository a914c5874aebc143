/** A registered name stands for whoever bears it; a question has a time limit. */
import { on, type Pid, receive, register, registered, self, send, sleep, spawnLink, whereis } from 'heartwood'

interface Check {
  readonly type: 'check'
  readonly service: string
  readonly from: Pid
}

async function checker(): Promise<never> {
  for (;;) {
    const { service, from } = await receive((message: Check) => message.type === 'check')
    if (service === 'slow') await sleep(1_000)
    send(from, { type: 'result', service, status: 'healthy' })
  }
}

function check(service: string): Promise<string> {
  send('health_checker', { type: 'check', service, from: self() })
  return receive([on({ type: 'result', service }, (message) => String(message.status))], {
    timeout: 200,
    onTimeout: () => 'no answer in time',
  })
}

const pid = spawnLink(checker)
register('health_checker', pid)
console.log(`registered: ${registered().join(', ')}, the same process: ${whereis('health_checker') === pid}`)
console.log(`api: ${await check('api')}`)
console.log(`slow: ${await check('slow')}`)
console.log(`nobody bears another name: ${whereis('somebody_else') === undefined}`)
process.exit()
