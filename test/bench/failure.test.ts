import { describe, expect, it } from 'vitest'
import { told } from '../../bench/harness/arm.js'

describe('what is kept of the failure of an arm', () => {
  it('begins with the error, and names files as they are called in the repository', () => {
    const stderr = [
      '/home/me/heartwood/node_modules/peer/actor.js:105',
      '    const handle = setTimeout(() => {',
      '',
      'TypeError: not a peer',
      '    at file:///home/me/heartwood/bench/dist/peers/peer.js:1:2',
      '',
    ].join('\n')
    expect(told(stderr, '/home/me/heartwood/').split('\n')).toEqual([
      'TypeError: not a peer',
      'node_modules/peer/actor.js:105',
      '    const handle = setTimeout(() => {',
      '',
      'TypeError: not a peer',
      '    at bench/dist/peers/peer.js:1:2',
    ])
  })

  it('is all of it where there is no error', () => {
    expect(told('no such module\n', '/home/me/heartwood/')).toBe('no such module')
  })
})
