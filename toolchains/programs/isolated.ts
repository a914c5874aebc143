/** Servers in a thread and in a program of their own, in the module that starts them: it is loaded there, too. */
import { isMainThread } from 'node:worker_threads'
import { Call, GenServer, ref, startSupervisor, stop } from 'heartwood'

@GenServer({ name: 'counter', isolate: 'thread', module: import.meta.url })
export class Counter {
  #count = 0
  @Call() add(by: number): number {
    this.#count += by
    return this.#count
  }
}

@GenServer({ name: 'clerk', isolate: 'process', module: import.meta.url })
export class Clerk {
  @Call() greet(name: string): string {
    return `hello ${name}`
  }
}

export let said = ''
if (isMainThread && process.send === undefined) await run()

export async function run(): Promise<void> {
  const top = await startSupervisor({ children: [Counter, Clerk] }, { name: 'top' })
  const answers = [await ref(Counter).call.add(41), await ref(Clerk).call.greet('there')]
  await stop(top)
  said = answers.join() === '41,hello there' ? 'all is well' : answers.join()
  console.log(said)
}
