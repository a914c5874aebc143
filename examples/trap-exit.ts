/** A supervisor made by hand: it traps the exits of its worker and starts another. */
import { ExitMessage, on, type Pid, receive, self, send, sleep, spawn, spawnLink, trapExit } from 'heartwood'

async function worker(): Promise<never> {
  for (;;) {
    const message = await receive()
    if (message === 'crash') throw new Error('Intentional crash')
    console.log(`Processing: ${message}`)
  }
}

async function supervise(report: Pid): Promise<never> {
  trapExit(true)
  for (;;) {
    const child = spawnLink(worker)
    send(report, { child })
    const exit = await receive(
      (message): message is ExitMessage => message instanceof ExitMessage && message.from === child,
    )
    console.log(`Worker crashed: ${(exit.reason as Error).message}`)
    console.log('Restarting…')
  }
}

const main = self()
spawn(() => supervise(main))
const started = () =>
  receive([
    on(
      (message: { child: Pid }) => message.child !== undefined,
      ({ child }) => child,
    ),
  ])

const first = await started()
send(first, 'one')
send(first, 'crash')
const second = await started()
send(second, 'two')
await sleep(10)
console.log(`the same worker: ${first === second}`)
