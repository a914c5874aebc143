/**
 * The libraries whose own tests run bare and inside a worker, at the versions that the table in README.md speaks of.
 *
 * `kind` and `files` are what compare.js takes; `flags` are Node's. `folder` is where in the
 * sources, `instead` is installed in the place of development dependencies that can no longer be had, and `prepare` is what
 * they need after they are installed.
 */
export const SUITES = {
  ws: { from: 'websockets/ws', tag: '8.21.0', kind: 'mocha', files: ['test/*.test.js'] },
  express: {
    from: 'expressjs/express',
    tag: 'v5.2.1',
    kind: 'mocha',
    files: ['test/*.js', 'test/acceptance/*.js'],
    environment: { REQUIRE: 'test/support/env.js' },
  },
  connect: {
    from: 'senchalabs/connect',
    tag: '3.7.0',
    kind: 'mocha',
    files: ['test/*.js'],
    environment: { REQUIRE: 'test/support/env.js' },
  },
  'body-parser': { from: 'expressjs/body-parser', tag: 'v2.3.0', kind: 'mocha', files: ['test/*.js'] },
  eventemitter3: { from: 'primus/eventemitter3', tag: '5.0.4', kind: 'mocha', files: ['test/test.js'] },
  'pg-pool': {
    from: 'brianc/node-postgres',
    tag: 'pg@8.23.0',
    folder: 'packages/pg-pool',
    prepare: [['npx', 'tsc', '--build', 'packages/pg-protocol']],
    kind: 'mocha',
    files: ['test/*.js'],
  },
  pg: {
    from: 'brianc/node-postgres',
    tag: 'pg@8.23.0',
    folder: 'packages/pg',
    prepare: [['npx', 'tsc', '--build', 'packages/pg-protocol']],
    kind: 'file',
    files: ['test/unit/**/*-tests.js', 'test/integration/**/*-tests.js'],
  },
  koa: {
    from: 'koajs/koa',
    tag: 'v3.2.0',
    prepare: [['npm', 'run', 'build']],
    kind: 'tests',
    files: ['__tests__/**/*.test.js'],
  },
  'p-queue': {
    from: 'sindresorhus/p-queue',
    tag: 'v9.3.3',
    kind: 'tests',
    files: ['test/*.ts'],
    flags: ['--import=tsx/esm'],
  },
  'generic-pool': { from: 'coopernurse/node-pool', tag: 'v3.9.0', kind: 'file', files: ['test/*-test.js'] },
  bottleneck: {
    from: 'SGrondin/bottleneck',
    tag: 'v2.19.5',
    instead: ['mocha@10', 'redis@2', 'ioredis@4'],
    kind: 'mocha',
    files: ['test/*.js'],
  },
  busboy: { from: 'mscdex/busboy', tag: 'v1.6.0', kind: 'file', files: ['test/test-*.js'] },
  'readable-stream': {
    from: 'nodejs/readable-stream',
    tag: 'v4.7.0',
    kind: 'file',
    files: ['test/parallel/test-*.js'],
  },
  fastify: { from: 'fastify/fastify', tag: 'v5.12.1', kind: 'file', files: ['test/*.test.js'] },
  undici: { from: 'nodejs/undici', tag: 'v7.29.0', kind: 'file', files: ['test/*.js'] },
}
