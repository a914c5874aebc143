import { defineConfig } from 'heartwood'
import { clusterConfig } from './cluster-config.js'
import { pulseApplication } from './pulse.js'
import { pulseSettings, settingsOf } from './settings.js'

/** What `heartwood start` runs: Pulse, as the environment wants it. */
export default defineConfig({
  settings: pulseSettings,
  cluster: clusterConfig,
  applications: async (told) => [pulseApplication(await settingsOf(told))],
})
