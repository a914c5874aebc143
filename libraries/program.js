/**
 * One library in one program: `node program.js pg 5432`. Two workers share it, the first of which is the first to use it, and crashes in each
 * way that the library offers. The other, the one that is started anew, and the program go on.
 */
import { setTimeout as wait } from 'node:timers/promises'
import {
  application,
  boot,
  call,
  cast,
  currentKernel,
  isDown,
  monitor,
  receive,
  shared,
  startLink,
  supervisorSpec,
  whereis,
} from 'heartwood'

const [name, port] = process.argv.slice(2)
const library = await import(`./cases/${name}.js`)

/** It does what it is told, and counts. */
const worker = {
  init: () => ({ state: 0 }),
  handleCall: async (fn, _from, count) => ({ reply: [await fn(), count + 1], state: count + 1 }),
  handleCast: (fn, count) => {
    fn()
    return { state: count }
  },
}
const child = (id) => ({ id, start: () => startLink(worker, undefined, { name: id }) })
const root = supervisorSpec('root', { intensity: 1_000, children: [child('first'), child('second')] })

process.on('exit', (code) => {
  if (!done) console.log(JSON.stringify({ failed: `the program ended with code ${code}` }))
})
let done = false
const system = await boot({ applications: [application({ name: 'shop', root })], log: { level: 'silent' } })
const ways = Object.entries(library.failures)
for (const [way, fail] of ways) {
  const problem = await attempt(fail)
  console.log(JSON.stringify({ way, problem }))
}
await system.stop()
done = true
process.exit(0)

async function attempt(fail) {
  const thing = shared(await library.open(Number(port)))
  try {
    const used = async (who) =>
      (
        await within(
          call(who, () => library.use(thing), 5_000),
          `a use by ${who}`,
        )
      )[1]
    await used('first')
    const count = await used('second')
    const [first, second] = [whereis('first'), whereis('second')]
    const reason = await within(
      currentKernel().run(async () => {
        monitor(first)
        cast('first', () => fail(thing))
        return (await receive(isDown)).reason
      }),
      'the crash',
    )
    if (!String(reason?.message ?? reason).includes('lost')) return `the first crashed of ${String(reason)}`
    await new Promise((resolve) => currentKernel().whenUp('first', resolve))
    if (whereis('second') !== second) return 'the second was restarted'
    if ((await used('second')) !== count + 1) return 'the second lost its state'
    await used('first')
    await used('second')
    return undefined
  } catch (error) {
    return String(error?.stack ?? error)
  } finally {
    await library.close?.(thing)
  }
}

/** Rejects after five seconds: what hangs is what this is after. */
async function within(promise, what) {
  const done = new AbortController()
  const late = wait(5_000, undefined, { signal: done.signal }).then(() => {
    throw new Error(`${what} hangs`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    done.abort()
  }
}
