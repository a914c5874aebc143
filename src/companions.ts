/** What the configuration can ask for that lies above the layer which reads it; loaded when it is asked for. */
import type { Companion } from './application/index.js'

export const companions: readonly Companion[] = [
  {
    key: 'observer',
    async application(options, logger) {
      const { observerApplication } = await import('./observer/index.js')
      return observerApplication({ ...options, logger })
    },
  },
]
