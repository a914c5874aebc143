import { Kernel, startIsolated } from 'heartwood'
import { expect, it } from 'vitest'
import { Typed } from './fixtures/typed.js'

it('a thread loads TypeScript as the test does', () =>
  new Kernel({ node: 'host', report: () => {} }).run(async () => {
    const typed = await startIsolated(Typed, undefined, { isolate: 'thread' })
    expect(await typed.call.feel(2)).toBe('fine fine')
  }))
