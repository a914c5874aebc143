import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Service } from './service.js'

for (const [version, program] of [
  ['12', 'dist/programs/nest.js'],
  ['11', 'nest11/dist/programs/nest.js'],
] as const) {
  describe(`a Nest ${version} service with a tree`, () => {
    it('has refs in controllers, and providers of Nest in workers', async () => {
      await using service = new Service(program)
      assert.deepEqual(await service.post('sell/tea'), { status: 201, text: '{"left":2,"total":3}' })
      assert.deepEqual(await service.post('sell/cake'), { status: 201, text: '{"left":4,"total":7}' })
    })

    for (const worker of ['stock', 'till']) {
      it(`answers on while the ${worker} crashes, and its HTTP side is untouched`, async () => {
        await using service = new Service(program)
        await service.post('sell/tea')
        for (let crash = 0; crash < 10; crash++) {
          const slow = service.request('count/20')
          assert.equal((await service.post(`break/${worker}`)).status, 201)
          assert.deepEqual(await service.request('alive'), { status: 200, text: 'alive' })
          // What the worker that crashed was asked is refused with a code of its own; nobody's connection is cut.
          assert.ok([200, 503].includes((await slow).status))
        }
        assert.match(await service.until('sell/cake', 201, 'POST'), /^\{"left":\d,"total":\d+\}$/)
      })
    }

    it('has a request that crashes answered with 500, and no other one', async () => {
      await using service = new Service(program)
      const slow = service.request('count/50')
      assert.equal((await service.post('break/request')).status, 500)
      assert.equal((await slow).status, 200)
      assert.deepEqual(await service.post('sell/tea'), { status: 201, text: '{"left":2,"total":3}' })
    })

    it('tells Terminus of its health', async () => {
      await using service = new Service(program)
      const { status, text } = await service.request('health')
      assert.equal(status, 200)
      assert.deepEqual(JSON.parse(text).details, { heartwood: { status: 'up' } })
    })

    it('shuts down in one order: requests, workers, tree, providers of Nest', async () => {
      await using service = new Service(program)
      const slow = service.request('count/100')
      await service.line('counting')
      service.kill('SIGTERM')
      assert.equal((await slow).status, 200)
      assert.equal(await service.exited, 'SIGTERM')
      assert.deepEqual(service.lines.slice(-5), [
        'worker till stops',
        'worker stock stops',
        'the tree has stopped',
        'nest closes the price list',
        'nest is shut down by SIGTERM',
      ])
      assert.equal(service.errors, '')
    })

    it('closes in the same order, and ends with 1, when the tree gives up', async () => {
      await using service = new Service(program, { INTENSITY: '0' })
      await service.url()
      await service.post('break/stock')
      assert.equal(await service.exited, 1)
      assert.deepEqual(service.lines.slice(-4), [
        'worker till stops',
        'the tree has stopped',
        'nest closes the price list',
        'nest is shut down by SIGTERM',
      ])
    })

    it('does not start when the tree does not', async () => {
      await using service = new Service(program, { BROKEN: 'yes' })
      assert.equal(await service.exited, 1)
      assert.match(service.errors + service.lines.join('\n'), /nothing is bound to Prices/)
    })
  })
}
