import assert from 'node:assert/strict'
import { it } from 'node:test'
import { holds } from './frameworks.js'
import { Service } from './service.js'

for (const [version, program] of [
  ['12', 'dist/programs/nest.js'],
  ['11', 'nest11/dist/programs/nest.js'],
] as const) {
  for (const adapter of ['express', 'fastify']) {
    holds(`Nest ${version} on ${adapter}`, {
      program,
      env: { ADAPTER: adapter },
      created: 201,
      last: ['nest closes the price list', 'nest is shut down by SIGTERM'],
      // Nest ends the program by the signal that it got.
      exit: 'SIGTERM',
    })
  }

  it(`Nest ${version} does not start when the tree does not`, async () => {
    await using service = new Service(program, { BROKEN: 'yes' })
    assert.equal(await service.exited, 1)
    assert.match(service.errors + service.lines.join('\n'), /nothing is bound to Prices/)
  })
}
