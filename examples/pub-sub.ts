/**
 * A pub/sub server, and the story of its two timing bugs. Run it with the name of a stage:
 *
 *   too-soon    the message is published before anybody has subscribed: nobody receives it
 *   no-wait     the subscribers are given time, but the program ends before they have written anything
 *   told        whoever needs to know what a process has done is told by that process: no sleep anywhere
 */
import { type Pid, receive, self, send, sleep, spawn } from 'heartwood'

type Message = { type: 'publish'; news: string } | { type: 'subscribe'; subscriber: Pid }

async function server(onSubscribe?: (subscriber: Pid) => void): Promise<never> {
  let subscribers: Pid[] = []
  for (;;) {
    const message = (await receive()) as Message
    if (message.type === 'publish') {
      console.log('Publishing...')
      for (const subscriber of subscribers) send(subscriber, { news: message.news })
    } else {
      console.log('Subscribing...')
      onSubscribe?.(message.subscriber)
      subscribers = [message.subscriber, ...subscribers]
    }
  }
}

async function subscribe(to: Pid, handler: (news: string) => void): Promise<never> {
  send(to, { type: 'subscribe', subscriber: self() })
  for (;;) handler((await receive((message: { news: string }) => message.news !== undefined)).news)
}

const publish = (to: Pid, news: string) => send(to, { type: 'publish', news })

const LISTENERS = 10
function startListeners(to: Pid, written?: () => void): void {
  for (let n = 0; n < LISTENERS; n++) {
    spawn(() =>
      subscribe(to, (news) => {
        console.log(`${self()} received:  ${news}`)
        written?.()
      }),
    )
  }
}

async function all(what: string): Promise<void> {
  for (let n = 0; n < LISTENERS; n++) await receive(what)
}

const main = self()
const stages = {
  'too-soon': async () => {
    const pubSub = spawn(() => server())
    startListeners(pubSub)
    publish(pubSub, 'Hello everyone!')
    await sleep(1_000)
  },
  'no-wait': async () => {
    const pubSub = spawn(() => server())
    startListeners(pubSub)
    await sleep(100)
    publish(pubSub, 'Hello everyone!')
  },
  told: async () => {
    const pubSub = spawn(() => server(() => send(main, 'subscribed')))
    startListeners(pubSub, () => send(main, 'written'))
    await all('subscribed')
    publish(pubSub, 'Hello everyone!')
    await all('written')
  },
}

const stage = stages[(process.argv[2] ?? 'told') as keyof typeof stages]
if (stage === undefined) {
  console.error(`There is no stage ${process.argv[2]}. The stages are: ${Object.keys(stages).join(', ')}.`)
  process.exit(64)
}
await stage()
// A Node program lives on while anything is left to do. A script on the BEAM ends with its last line, and so does this.
process.exit()
