/** `receive` takes what it has a clause for, in any order; what no clause wants stays in the mailbox. */
import { on, processInfo, receive, send, sleep, spawn } from 'heartwood'

async function loop(): Promise<never> {
  for (;;) {
    await receive([
      on('stop', () => console.log("Nope. I won't stop")),
      on('hello', () => console.log('Hi there')),
    ])
  }
}

const looper = spawn(loop)
send(looper, 'stop')
send(looper, 'stays in the mailbox')
send(looper, 'hello')
await sleep(10)
console.log(`still waiting: ${processInfo(looper, 'messages')?.join(', ')}`)
