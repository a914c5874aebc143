/** What must hold of every service of this folder that answers HTTP. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Service } from './service.js'

export interface Framework {
  /** Its program, compiled. */
  readonly program: string
  /** What the environment tells the program. */
  readonly env?: Readonly<Record<string, string>>
  /** The status of what it has made. */
  readonly created: number
  /** What it prints last when it is stopped, after the tree. */
  readonly last: readonly string[]
  /** How it ends on SIGTERM. */
  readonly exit: number | string
}

export function holds(name: string, { program, env = {}, created, last, exit }: Framework): void {
  /** Without the log, which is JSON. */
  const told = ({ lines }: Service): string[] => lines.filter((line) => !line.startsWith('{'))

  describe(`a service of ${name} with a tree`, () => {
    it('has refs where it answers, and what it provides in workers', async () => {
      await using service = new Service(program, env)
      assert.deepEqual(await service.post('sell/tea'), { status: created, text: '{"left":2,"total":3}' })
      assert.deepEqual(await service.post('sell/cake'), { status: created, text: '{"left":4,"total":7}' })
    })

    for (const worker of ['stock', 'till']) {
      it(`answers on while the ${worker} crashes, and its HTTP side is untouched`, async () => {
        await using service = new Service(program, env)
        await service.post('sell/tea')
        for (let crash = 0; crash < 10; crash++) {
          const slow = service.request('count/20')
          assert.equal((await service.post(`break/${worker}`)).status, 201)
          assert.deepEqual(await service.request('alive'), { status: 200, text: 'alive' })
          // What the worker that crashed was asked is refused with a code of its own; nobody's connection is cut.
          assert.ok([200, 503].includes((await slow).status))
        }
        assert.match(await service.until('sell/cake', created, 'POST'), /^\{"left":\d,"total":\d+\}$/)
      })
    }

    it('has a request that crashes answered with 500, and no other one', async () => {
      await using service = new Service(program, env)
      const slow = service.request('count/50')
      assert.equal((await service.post('break/request')).status, 500)
      assert.equal((await slow).status, 200)
      assert.deepEqual(await service.post('sell/tea'), { status: created, text: '{"left":2,"total":3}' })
    })

    it('tells that it is ready', async () => {
      await using service = new Service(program, env)
      // A machine that is so busy that the event loop was blocked is told of, too: for a second.
      const text = await service.until('health', 200)
      assert.match(text, /"status":"up"|"ok":true/)
    })

    it('shuts down in one order: requests, workers, tree, framework', async () => {
      await using service = new Service(program, env)
      const slow = service.request('count/100')
      await service.line('counting')
      service.kill('SIGTERM')
      assert.equal((await slow).status, 200)
      assert.equal(await service.exited, exit)
      const order = ['worker till stops', 'worker stock stops', 'the tree has stopped', ...last]
      assert.deepEqual(told(service).slice(-order.length), order)
      assert.equal(service.errors, '')
    })

    it('closes in the same order, and ends with 1, when the tree gives up', async () => {
      await using service = new Service(program, { ...env, INTENSITY: '0' })
      await service.url()
      await service.post('break/stock')
      assert.equal(await service.exited, 1)
      const order = ['worker till stops', 'the tree has stopped', ...last]
      assert.deepEqual(told(service).slice(-order.length), order)
    })
  })
}
