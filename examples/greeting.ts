/** Two processes: one waits for a message, the other sends it. */
import { type Pid, receive, self, send, spawn } from 'heartwood'

interface Letter {
  readonly from: Pid
  readonly content: string
}
const isLetter = (message: Letter) => message.content !== undefined

console.log(`${self()} is a process launching other processes...`)

const receiver = spawn(async () => {
  console.log(`${self()} is a process listening for messages...`)
  const { from, content } = await receive(isLetter)
  console.log(`${self()} received this message from ${from}:  ${content}`)
})

spawn(() => {
  console.log(`${self()} is a process sending messages...`)
  send(receiver, { from: self(), content: 'Hello other process!' })
})
