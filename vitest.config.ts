import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * What measures time or memory of the machine, and must have it for itself, and what takes long with real programs: Pulse that is killed and loses
 * its database, and the benchmark in small. `npm run test:measured`.
 */
const MEASURED = [
  'apps/demo/test/program.test.ts',
  'test/application/start-up.test.ts',
  'test/bench/arms.test.ts',
  'test/isolation/full-heap.test.ts',
  'test/isolation/programs.test.ts',
  'test/kernel/fairness.test.ts',
  'test/kernel/deep.test.ts',
  'test/laws/growth.test.ts',
  'test/supervisor/width.test.ts',
]

/** What keeps to kernels of its own, and so can share what it imports: half of their time would be importing. */
const SHARING = [
  'carrier',
  'cluster',
  'cron',
  'config',
  'decorators',
  'dev',
  'erlang',
  'genserver',
  'kernel',
  'laws',
  'logging',
  'observer',
  'otp',
  'registry',
  'simulation',
  'supervisor',
  'telemetry',
  'testing',
].map((folder) => `test/${folder}/**/*.test.ts`)

export default defineConfig({
  resolve: {
    alias: [
      // One file in place of 370, as in the package.
      { find: /^(inversify|@inversifyjs\/\w+)$/, replacement: source('./dist/inversify.js') },
      { find: /^heartwood$/, replacement: source('./src/index.ts') },
      { find: /^heartwood\/errors$/, replacement: source('./src/entries/error-tables.ts') },
      {
        find: /^heartwood\/(fastify|http|kernel|nest|timers|tools)$/,
        replacement: source('./src/entries/$1.ts'),
      },
      { find: /^heartwood\/carrier$/, replacement: source('./src/entries/carrier.ts') },
      { find: /^heartwood\/cluster$/, replacement: source('./src/cluster/index.ts') },
      {
        find: /^heartwood\/cluster\/(nats|postgres)$/,
        replacement: source('./src/cluster/$1/index.ts'),
      },
      { find: /^heartwood\/cron$/, replacement: source('./src/cron/index.ts') },
      { find: /^heartwood\/erlang$/, replacement: source('./src/erlang/index.ts') },
      { find: /^heartwood\/observer$/, replacement: source('./src/observer/index.ts') },
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
    reporters: ['default'],
    // A hang is noticed all the same; what a busy machine needs is no statement about the code.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    server: { deps: { external: [/\/dist\/inversify\.js$/] } },
    // One more than cores: many a test waits for a program that it has started.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'templates/*/test/**/*.test.ts'],
          // Those of the browser: npm run test:browser.
          exclude: ['**/node_modules/**', 'test/browser/**', ...SHARING, ...MEASURED],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'sharing',
          include: SHARING,
          exclude: MEASURED,
          isolate: false,
          setupFiles: ['test/nothing-runs-on.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // One at a time, and after the others where all are run.
        test: { name: 'measured', include: MEASURED, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
