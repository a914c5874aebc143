/** State is what a process carries round its loop; others change it and ask for it by message. */
import { isAlive, type Pid, receive, self, send, sleep, spawn } from 'heartwood'

type Message = { type: 'add'; item: string } | { type: 'all'; from: Pid } | { type: 'boom' }

async function todoList(items: readonly string[]): Promise<never> {
  for (;;) {
    const message = (await receive()) as Message
    if (message.type === 'add') items = [message.item, ...items]
    else if (message.type === 'all') send(message.from, { type: 'list', items })
    else throw new Error('BOOM!')
  }
}

const list = spawn(() => todoList([]))
send(list, { type: 'add', item: 'Wash hair' })
send(list, { type: 'add', item: 'Do dishes' })
send(list, { type: 'add', item: 'Finish workshop' })

send(list, { type: 'all', from: self() })
const { items } = await receive((message: { type: 'list'; items: string[] }) => message.type === 'list')
console.log(items.join(', '))

send(list, { type: 'boom' })
await sleep(10)
console.log(`alive after the boom: ${isAlive(list)}`)
