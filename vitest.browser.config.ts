import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.js'

/** The observer's page in a real browser: `npm run test:browser`. */
export default defineConfig(
  mergeConfig(
    { ...base, test: undefined },
    {
      test: {
        include: ['test/browser/**/*.test.ts'],
        testTimeout: 60_000,
        hookTimeout: 60_000,
        fileParallelism: false,
      },
    },
  ),
)
