/** A monitor tells one process of the end of another; unlike a link, it pulls nobody down. */
import { exit, isDown, monitor, receive, sleep, spawn } from 'heartwood'

const brief = spawn(() => sleep(50))
const ref = monitor(brief)
const down = await receive({ ref })
console.log(`Process exited: ${down.reason}`)

// What is dead already is reported at once.
monitor(brief)
console.log(`Process exited: ${(await receive(isDown)).reason}`)

async function worker(id: number): Promise<never> {
  console.log(`Worker ${id} working…`)
  await sleep(20 * id)
  return exit(`worker ${id} gave up`)
}

// A monitor of workers: it hears of each, whatever became of it.
for (const id of [1, 2, 3]) monitor(spawn(() => worker(id)))
for (let living = 3; living > 0; living--) {
  console.log(`Worker died: ${(await receive(isDown)).reason}`)
}
