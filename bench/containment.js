/**
 * What containment and the watchdog cost: the same work with and without, in turns in one program, checked by the
 * receiver. `npm run build && node bench/containment.js`
 */
import { setTimeout as wait } from 'node:timers/promises'
import { containFailures } from '../dist/application/containment.js'
import { watchEventLoop } from '../dist/application/watchdog.js'
import { Kernel } from '../dist/kernel/index.js'
import { createLogger } from '../dist/logging/index.js'

const logger = createLogger({ level: 'silent' })
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
    timed(1_000_000, async (done) => {
      let left = 1_000_000
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
    timed(500_000, (done) => {
      let left = 250_000
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
    timed(100_000, async (done) => {
      const pid = kernel.spawnBehaviour({ handle: (request) => request.reply(1) })
      for (let i = 0; i < 100_000; i++) await kernel.request(pid, i)
      done()
    }),
}

const MODES = {
  plain: () => undefined,
  contained: () => containFailures(kernel, logger),
  watched: () => watchEventLoop(kernel, 250),
}

const seen = Object.fromEntries(
  Object.keys(WORK).map((name) => [name, Object.fromEntries(Object.keys(MODES).map((mode) => [mode, []]))]),
)
for (let round = 0; round <= ROUNDS; round++) {
  const modes = Object.keys(MODES)
  if (round % 2 === 1) modes.reverse()
  for (const mode of modes) {
    const turnedOn = MODES[mode]()
    // The watchdog's thread starts meanwhile.
    if (mode === 'watched') await wait(400)
    for (const [name, work] of Object.entries(WORK)) {
      const ns = await work()
      // The first round warms up.
      if (round > 0) seen[name][mode].push(ns)
    }
    turnedOn?.[Symbol.dispose]()
  }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]
for (const [name, modes] of Object.entries(seen)) {
  const plain = median(modes.plain)
  const shown = Object.entries(modes).map(([mode, all]) => {
    const ns = median(all)
    return `${mode} ${ns.toFixed(0)} ns${mode === 'plain' ? '' : ` (${((ns / plain - 1) * 100).toFixed(1)} %)`}`
  })
  console.log(`${process.version}  ${name.padEnd(16)} ${shown.join('   ')}`)
}
process.exit(0)
