/** A process runs beside the one that started it, and is gone when its function has returned. */
import { isAlive, self, sleep, spawn } from 'heartwood'

const greeter = spawn(() => console.log('Hello from another process'))
await sleep(10)
console.log(`the greeter is alive: ${isAlive(greeter)}`)

const sleeper = spawn(() => sleep(200))
console.log(`the sleeper is alive: ${isAlive(sleeper)}`)
await sleep(100)
console.log(`and after half of its time: ${isAlive(sleeper)}`)
await sleep(200)
console.log(`and when it has slept enough: ${isAlive(sleeper)}`)
console.log(`I am alive: ${isAlive(self())}`)
