/** Messages wait in the mailbox of a process that is busy with something else. */
import { processInfo, send, sleep, spawn } from 'heartwood'

async function forever(pause: number): Promise<never> {
  for (;;) {
    await sleep(pause)
    console.log('Looping')
  }
}

const looper = spawn(() => forever(200))
const mailbox = () =>
  `${processInfo(looper, 'messageQueueLength')} [${processInfo(looper, 'messages')?.join(', ')}]`

console.log(`in the mailbox: ${mailbox()}`)
send(looper, 'stop')
await sleep(300)
console.log(`in the mailbox: ${mailbox()}`)
send(looper, 'start')
console.log(`in the mailbox: ${mailbox()}`)
await sleep(200)
// Nobody ever looks into it: the looper loops on, and the program is ended by hand.
process.exit()
