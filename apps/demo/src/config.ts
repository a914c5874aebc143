import { pulseConfig } from './pulse.js'
import { loadSettings } from './settings.js'

/** What `heartwood start` runs: Pulse, as the environment wants it. */
export default pulseConfig(await loadSettings(process.env))
