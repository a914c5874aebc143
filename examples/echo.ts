/** A process that answers until it is told to stop. */
import { isAlive, on, type Pid, receive, self, send, sleep, spawn } from 'heartwood'

interface Echo {
  readonly type: 'echo'
  readonly message: string
  readonly from: Pid
}
const isEcho = (message: Echo) => message.type === 'echo'

async function echo(): Promise<void> {
  for (let going = true; going; ) {
    going = await receive([
      on(isEcho, ({ message, from }) => {
        send(from, { type: 'ok', message })
        return true
      }),
      on('stop', () => {
        console.log('Stopping')
        return false
      }),
    ])
  }
}

const pid = spawn(echo)
for (const message of ['hello', 'is anybody there?']) {
  send(pid, { type: 'echo', message, from: self() })
  console.log(`Got: ${(await receive({ type: 'ok' })).message}`)
}
send(pid, 'stop')
await sleep(10)
console.log(`alive: ${isAlive(pid)}`)
