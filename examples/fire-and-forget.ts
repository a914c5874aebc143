/** Work that nobody waits for: whether it succeeds or crashes, its starter goes on. */
import { sleep, spawn, Task } from 'heartwood'

spawn(async () => {
  await sleep(50)
  console.log('Background work is done')
})
Task.start(async () => {
  await sleep(200)
  console.log('And so is the task')
})
Task.start(() => {
  throw new Error('This one crashes, and only the log hears of it')
})
console.log('I did not wait')
await sleep(500)
console.log('I am still here')
