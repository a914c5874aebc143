/** What the default, containment, says in a runtime that cannot have it. */
import { application, boot, decorate, defineConfig, Supervisor } from 'heartwood'

class Root {}
decorate(Supervisor(), Root)
const config = defineConfig({
  applications: [application({ name: 'app', root: Root })],
  log: { level: 'silent' },
})
await boot(config).then(
  () => console.log('contained'),
  ({ code }: { code: string }) => console.log(code),
)
