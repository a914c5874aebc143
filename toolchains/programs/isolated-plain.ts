/** The same without decorators. */
import { isMainThread } from 'node:worker_threads'
import { Call, decorate, GenServer, ref, startSupervisor, stop } from 'heartwood'

export class Counter {
  #count = 0
  add(by: number): number {
    this.#count += by
    return this.#count
  }
  static {
    decorate(Call(), Counter, 'add')
    decorate(GenServer({ name: 'counter', isolate: 'thread', module: import.meta.url }), Counter)
  }
}

export class Clerk {
  greet(name: string): string {
    return `hello ${name}`
  }
  static {
    decorate(Call(), Clerk, 'greet')
    decorate(GenServer({ name: 'clerk', isolate: 'process', module: import.meta.url }), Clerk)
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
