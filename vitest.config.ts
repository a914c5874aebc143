import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^heartwood$/, replacement: source('./src/index.ts') },
      { find: /^heartwood\/kernel$/, replacement: source('./src/kernel/index.ts') },
      { find: /^heartwood\/observer$/, replacement: source('./src/observer/index.ts') },
      { find: /^heartwood\/timers$/, replacement: source('./src/timers.ts') },
      { find: /^heartwood\/telemetry$/, replacement: source('./src/telemetry/index.ts') },
      {
        find: /^heartwood\/telemetry\/opentelemetry$/,
        replacement: source('./src/telemetry/opentelemetry/index.ts'),
      },
      { find: /^heartwood\/testing$/, replacement: source('./src/testing/index.ts') },
      { find: /^heartwood\/testing\/vitest$/, replacement: source('./src/testing/vitest.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'templates/*/test/**/*.test.ts'],
    // Those need a browser: npm run test:browser.
    exclude: ['**/node_modules/**', 'test/browser/**'],
    reporters: ['default'],
    testTimeout: 30_000,
  },
})
