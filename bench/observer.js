/**
 * What the observer costs the program it looks into: the same work without one, with one that nobody looks at, and with
 * one that a page follows (the event stream, and a look at the tree and the list every two seconds); in turns in one
 * program, checked by the receiver. `npm run build && node bench/observer.js`
 */
import { Kernel } from '../dist/kernel/index.js'
import { startObserver } from '../dist/observer/index.js'

const kernel = new Kernel({ report: () => {} })
const ROUNDS = 9

/** Nanoseconds for each of `times`, from the begin to `done`. */
function timed(times, begin) {
  return kernel.run(async () => {
    const began = performance.now()
    await new Promise(begin)
    return ((performance.now() - began) / times) * 1e6
  })
}

const WORK = {
  'send and handle': () =>
    timed(3_000_000, async (done) => {
      let left = 3_000_000
      const pid = kernel.spawnBehaviour({
        handle() {
          if (--left === 0) done()
        },
      })
      while (left > 0) {
        for (let i = 0; i < 1_000; i++) kernel.send(pid, i)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }),
  'ping-pong': () =>
    timed(2_000_000, (done) => {
      let left = 1_000_000
      const one = kernel.spawnBehaviour({ handle: () => kernel.send(other, 1) })
      const other = kernel.spawnBehaviour({
        handle() {
          if (--left === 0) done()
          else kernel.send(one, 1)
        },
      })
      kernel.send(one, 1)
    }),
  call: () =>
    timed(200_000, async (done) => {
      const pid = kernel.spawnBehaviour({ handle: (request) => request.reply(1) })
      for (let i = 0; i < 200_000; i++) await kernel.request(pid, i)
      done()
    }),
  'call, async handler': () =>
    timed(100_000, async (done) => {
      const pid = kernel.spawnBehaviour({
        async handle(request) {
          await undefined
          request.reply(1)
        },
      })
      for (let i = 0; i < 100_000; i++) await kernel.request(pid, i)
      done()
    }),
}

async function followed() {
  const running = await startObserver({ kernel, port: 0 })
  const abort = new AbortController()
  const { body } = await fetch(`${running.url}api/events`, { signal: abort.signal })
  const reader = body.getReader()
  const read = async () => {
    while (!(await reader.read()).done);
  }
  read().catch(() => {})
  const look = () => {
    for (const path of ['tree', 'processes']) {
      fetch(`${running.url}api/${path}`)
        .then((response) => response.text())
        .catch(() => {})
    }
  }
  const timer = setInterval(look, 2_000)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      abort.abort()
      await running.close()
    },
  }
}

const MODES = {
  without: async () => undefined,
  attached: () => startObserver({ kernel, port: 0 }),
  followed,
}

const seen = Object.fromEntries(
  Object.keys(WORK).map((name) => [name, Object.fromEntries(Object.keys(MODES).map((mode) => [mode, []]))]),
)
for (let round = 0; round <= ROUNDS; round++) {
  const modes = Object.keys(MODES)
  modes.push(...modes.splice(0, round % modes.length))
  for (const mode of modes) {
    const observer = await MODES[mode]()
    for (const [name, work] of Object.entries(WORK)) {
      const ns = await work()
      // The first round warms up.
      if (round > 0) seen[name][mode].push(ns)
    }
    await observer?.[Symbol.asyncDispose]()
  }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]
/** What else the machine does only ever makes it slower. */
const best = (numbers) => Math.min(...numbers)
for (const [name, modes] of Object.entries(seen)) {
  const without = best(modes.without)
  const shown = Object.entries(modes).map(([mode, all]) => {
    const ns = best(all)
    return `${mode} ${ns.toFixed(0)} ns${mode === 'without' ? '' : ` (${((ns / without - 1) * 100).toFixed(1)} %)`}`
  })
  console.log(`${process.version}  ${name.padEnd(20)} ${shown.join('   ')}`)
}

// How long one answer keeps the program from its work, with very many processes.
const many = new Kernel({ report: () => {} })
await many.run(() => {
  for (let n = 0; n < 100_000; n++) many.spawn(() => new Promise(() => {}), { label: `process ${n}` })
})
const observer = await startObserver({ kernel: many, port: 0 })
for (const path of [
  'tree',
  'processes',
  'processes?sort=queue&order=desc',
  'processes?sort=name',
  'processes?q=9999',
  'processes/77777',
]) {
  const took = []
  for (let n = 0; n < 9; n++) {
    const began = performance.now()
    await (await fetch(`${observer.url}api/${path}`)).text()
    took.push(performance.now() - began)
  }
  console.log(
    `${process.version}  100,000 processes: ${path.padEnd(32)} first ${took[0].toFixed(1)} ms, then ${median(took.slice(1)).toFixed(1)} ms`,
  )
}
process.exit(0)
