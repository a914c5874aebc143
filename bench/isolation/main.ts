/**
 * `npm run bench:isolation -- [starts|messages|partitions|restarts] [times] [rest]`: what threads and programs of their own cost. Restarts are measured in
 * milliseconds after the limit, messages beside `postMessage` alone.
 */
import { Kernel } from 'heartwood'
import { messages } from './messages.js'
import { partitions } from './partitions.js'
import { bareEnds, restarts } from './restarts.js'
import { starts } from './starts.js'

const [what = 'all', times, rest = 500] = process.argv.slice(2)
const kernel = new Kernel({ node: 'bench', report: () => {} })
await kernel.run(async () => {
  if (what === 'starts' || what === 'all') await starts(Number(times ?? 20))
  if (what === 'messages' || what === 'all') await messages(Number(times ?? 3_000))
  if (what === 'partitions' || what === 'all') await partitions(Number(times ?? 100))
  if (what === 'restarts' || what === 'all') {
    await bareEnds(20)
    await restarts(Number(times ?? 100), 'thread', 1, Number(rest))
    await restarts(Math.min(Number(times ?? 20), 20), 'process', 1, Number(rest))
    await restarts(Math.min(Number(times ?? 20), 20), 'thread', 0, Number(rest))
  }
})
process.exit()
