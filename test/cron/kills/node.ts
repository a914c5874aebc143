/** A node of `npm run cron:kills`: a schedule of every second, which says when it begins and what is told. */
import { GenServer, Kernel, sleep, startSupervisor } from 'heartwood'
import { startCluster } from 'heartwood/cluster'
import { postgres } from 'heartwood/cluster/postgres'
import { Cron, type Firing } from 'heartwood/cron'
import { setDefaultKernel } from 'heartwood/kernel'
import pg from 'pg'

const [url = '', name = '', lease = ''] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: url, max: 1 })
const say = (message: object): boolean | undefined => process.send?.(message)

@GenServer({ name: 'reports' })
class Reports {
  @Cron('* * * * * *', { cluster: 'kills', misfire: 'skip', grace: 900 })
  async make(firing: Firing): Promise<void> {
    const at = firing.scheduledAt.getTime()
    await pool.query('insert into runs (at, node, fence) values ($1, $2, $3)', [at, name, firing.fence()])
    say({ begun: at, node: name })
    await sleep(250)
    await pool.query('update runs set done = true where at = $1 and node = $2', [at, name])
  }
}

setDefaultKernel(
  new Kernel({
    node: name,
    report: ({ kind, misfire, instants }) => {
      if (kind === 'cron' && misfire !== undefined) say({ misfire, instants })
    },
  }),
)
await startCluster({
  engine: postgres({ url, poll: 200 }),
  cluster: 'kills',
  lease: Number(lease),
  development: true,
})
await startSupervisor({ children: [Reports], intensity: 1_000 })
say({ up: name })
