import { Call, GenServer, type Pid, type Ref } from 'heartwood'
import {
  type Crash,
  type Expectation,
  expectCrash,
  expectExit,
  faults,
  restartOf,
  type Supervised,
  startSupervised,
} from 'heartwood/testing'

@GenServer()
class Counter {
  init(args: { start: number }): void {
    void args
  }
  @Call() add(by: number): number {
    return by
  }
}

class Store {
  size = 0
  append(row: string): void {
    void row
  }
}

export async function rightUses(): Promise<void> {
  const counter: Ref<Counter> = await startSupervised([Counter, { start: 0 }])
  const withArgs: Ref<Counter> = await startSupervised([Counter, { start: 1 }, { id: 'other' }])
  const other: Supervised = await startSupervised({ id: 'x', start: (): 'ignore' => 'ignore' })
  const sum: number = await counter.call.add(1)
  const pid: Pid = await restartOf(withArgs, { within: 10 })
  const crash: Expectation<Crash> = expectCrash({ of: Counter, reason: TypeError })
  await expectExit(other, /why/)
  const store: Store = faults().dependency(new Store())
  faults().failCall(store, 'append', { nth: 2, times: 3 })
  faults().drop({ from: counter, to: 'x', handler: 'add', nth: 1 })
  faults().crashInInit(Counter, { times: 2 })
  void [sum, pid, crash]
}

export async function wrongUses(): Promise<void> {
  const counter = await startSupervised([Counter, { start: 0 }])
  // @ts-expect-error init wants its start
  await startSupervised(Counter)
  // @ts-expect-error a start is a number
  await startSupervised([Counter, { start: '0' }])
  // @ts-expect-error no such method
  await counter.call.subtract(1)
  // @ts-expect-error the argument is a number
  await counter.call.add('1')
  // @ts-expect-error no process is a number
  restartOf(7)
  // @ts-expect-error no such method of the object
  faults().failCall(new Store(), 'remove')
  // @ts-expect-error a delay needs to know how long
  faults().delay({ to: 'x' })
  // @ts-expect-error no such way
  faults().chaos({ seed: 1, rate: 1, ways: ['explode'] })
  // @ts-expect-error chaos without a seed is not to be repeated
  faults().chaos({ rate: 1 })
}
