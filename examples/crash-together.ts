/** Linked processes end together: what depends on a broken part does not go on as if nothing had happened. */
import { isAlive, receive, self, send, sleep, spawn, spawnLink, spawnMonitor } from 'heartwood'

const main = self()

const { pid: parent, ref } = spawnMonitor(async () => {
  const child = spawnLink(async () => {
    await receive('fail')
    throw new Error('Oops!')
  })
  send(main, { child })
  await sleep(Number.POSITIVE_INFINITY)
})
const bystander = spawn(() => receive('never'))

const { child } = await receive((message: { child: typeof parent }) => message.child !== undefined)
console.log(`before: parent ${isAlive(parent)}, child ${isAlive(child)}, bystander ${isAlive(bystander)}`)
send(child, 'fail')
const down = await receive({ ref })
console.log(`the parent went down: ${(down.reason as Error).message}`)
console.log(`after: parent ${isAlive(parent)}, child ${isAlive(child)}, bystander ${isAlive(bystander)}`)
