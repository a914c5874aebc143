import { application, defineConfig, Supervisor } from 'heartwood'
import { Counter } from './counter.js'
import { Greeter } from './greeter.js'

@Supervisor({ children: [Counter] })
class Root {}

export default defineConfig({
  applications: [application({ name: 'counting', root: Root })],
  // Whether the machine is busy is not what the recording is about.
  blockingLimit: Number.POSITIVE_INFINITY,
})
export { Greeter }
