import { application, defineConfig } from 'heartwood'
import { Root } from './root.js'

/** What `heartwood start dist/config.js` runs. */
export default defineConfig({
  applications: [application({ name: 'heartwood-project', root: Root })],
  shutdownTimeout: 10_000,
})
