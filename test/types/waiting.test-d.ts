import { type CallOptions, type From, Task, type TaskStream } from '../../src/genserver/index.js'
import { receive, sleep } from '../../src/kernel/index.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function assert<T extends true>(proof?: T): void
declare const signal: AbortSignal
declare const controller: AbortController
declare const client: From

// A signal changes nothing of what comes.
void (async () => {
  const isText = (message: unknown): message is string => typeof message === 'string'
  const text = await receive(isText, { signal })
  assert<Equal<typeof text, string | undefined>>()
  const any = await receive({ signal })
  assert<Equal<typeof any, unknown>>()
  const task = Task.async(() => 5)
  const value = await task.await({ signal, timeout: 10 })
  assert<Equal<typeof value, number>>()
  const [one] = await Task.awaitMany([task], { signal })
  assert<Equal<typeof one, number>>()
  const stream = Task.asyncStream([1], (it) => it, { signal })
  assert<Equal<typeof stream, TaskStream<{ readonly ok: number } | { readonly exit: unknown }>>>()
})
void sleep(10, { signal })
// @ts-expect-error: the controller is no signal
void sleep(10, { signal: controller })
// @ts-expect-error: the controller is no signal
void receive('x', { signal: controller })
// @ts-expect-error: no such option
void Task.async(() => 5).await({ abort: signal })

// What a call inherits, and what its server is told.
const options: CallOptions = { deadline: 'inherit', signal, timeout: 10 }
void options
// @ts-expect-error: one word
const wrong: CallOptions = { deadline: 500 }
void wrong
assert<Equal<typeof client.timeLeft, number>>()
assert<Equal<typeof client.signal, AbortSignal>>()
