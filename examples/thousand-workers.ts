/**
 * 1,000 workers that each take a random time, and one server that saves what they found in a database and an object
 * store. Saved one by one, the results wait in the server's mailbox; with a task for each save they need not:
 *
 *   node thousand-workers.js one-by-one
 *   node thousand-workers.js task-per-save
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pid, receive, self, send, sleep, spawnLink, Task } from 'heartwood'
import { openDatabase } from './stores/database.js'
import { openObjectStore } from './stores/object-store.js'

const WORKERS = Number(process.env.WORKERS ?? 1_000)
// The stores of this example are near. Real ones are a network away.
const ROUND_TRIP = Number(process.env.ROUND_TRIP ?? 1)
const folder = process.env.DATA ?? mkdtempSync(join(tmpdir(), 'heartwood-example-'))
const database = await openDatabase(folder)
const objects = await openObjectStore(folder)

async function saveToDatabase(worker: number, result: number): Promise<void> {
  await sleep(ROUND_TRIP)
  await database.save(worker, result)
  console.log(`Saved work from worker ${worker} in the database: ${result}`)
}

async function saveToObjectStore(worker: number, result: number): Promise<void> {
  await sleep(ROUND_TRIP)
  await objects.put(`worker-${worker}`, String(result))
  console.log(`Saved work from worker ${worker} in the object store: ${result}`)
}

async function worker(number: number, server: Pid): Promise<void> {
  await sleep(Math.ceil(Math.random() * 300))
  send(server, { worker: number, result: Math.floor(Math.random() * 1e9) })
}

async function server(report: Pid, taskPerSave: boolean): Promise<void> {
  for (let n = 0; n < WORKERS; n++) {
    const work = await receive((message: { worker: number; result: number }) => message.worker !== undefined)
    for (const save of [saveToDatabase, saveToObjectStore]) {
      const saving = async () => {
        send(report, 'begun')
        await save(work.worker, work.result)
        send(report, 'saved')
      }
      if (taskPerSave) Task.start(saving)
      else await saving()
    }
  }
  await sleep(Number.POSITIVE_INFINITY)
}

const main = self()
const pid = spawnLink(() => server(main, process.argv[2] === 'task-per-save'))
for (let number = 1; number <= WORKERS; number++) Task.start(() => worker(number, pid))
let most = 0
for (let begun = 0, saved = 0; saved < 2 * WORKERS; most = Math.max(most, begun - saved)) {
  if ((await receive((message: string) => message === 'begun' || message === 'saved')) === 'begun') begun++
  else saved++
}

console.log(`${await database.count()} results are in the database`)
console.log(`one save at a time: ${most === 1}`)
await database.close()
process.exit()
