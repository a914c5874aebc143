/** A counter that a hundred processes count with at once: one message after the other, so none is lost. */
import { type Pid, receive, self, send, spawn } from 'heartwood'

type Message = { type: 'increment' | 'get'; from: Pid }

async function counter(count: number): Promise<never> {
  for (;;) {
    const { type, from } = (await receive()) as Message
    if (type === 'increment') count += 1
    send(from, { count })
  }
}

const hasCount = (message: { count: number }) => message.count !== undefined
async function ask(pid: Pid, type: Message['type']): Promise<number> {
  send(pid, { type, from: self() })
  return (await receive(hasCount)).count
}

const pid = spawn(() => counter(0))
console.log(await ask(pid, 'increment'), await ask(pid, 'increment'), await ask(pid, 'get'))

const main = self()
for (let n = 0; n < 100; n++) {
  spawn(async () => {
    await ask(pid, 'increment')
    send(main, 'counted')
  })
}
for (let n = 0; n < 100; n++) await receive('counted')
console.log(await ask(pid, 'get'))
