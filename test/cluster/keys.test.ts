/** What a key is, and that what is none is refused at once, wherever it comes from. */
import { describe, expect, it } from 'vitest'
import { clusterRef, clusterSupervisorSpec } from '../../src/cluster/index.js'
import { postgres } from '../../src/cluster/postgres/index.js'
import { defineServer } from '../../src/genserver/index.js'
import { HeartwoodError } from '../../src/kernel/index.js'
import { KeyedWorld } from './keyed-world.js'

class Echo {
  echo(text: string): string {
    return text
  }
}
defineServer(Echo, { calls: ['echo'] })

const WRONG = {
  'half of a surrogate pair': `text${'😀'.slice(0, 1)}`,
  'the other half': '\udc00',
  NUL: 'a\0b',
  'no character': '',
  'more than 200 characters': 'k'.repeat(201),
}

function refusal(work: () => unknown): HeartwoodError {
  try {
    work()
  } catch (error) {
    if (HeartwoodError.is(error)) return error
  }
  throw new Error('it was not refused')
}

describe('a key', () => {
  it.each(Object.entries(WRONG))('with %s is refused at once', async (_, key) => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    const claimed = await a.run(() => a.cluster.claim(key).catch((error: unknown) => error))
    expect(claimed).toMatchObject({ code: 'CLUSTER_OPTION_INVALID' })
    expect(refusal(() => clusterRef(Echo, key)).code).toBe('CLUSTER_OPTION_INVALID')
    const listed = refusal(() => clusterSupervisorSpec(Echo, { keys: ['fine', key] }))
    expect(listed.message).toContain('keys[1] must be a text of 1 to 200 characters')
  })

  it('in a list that a function gives is told in the log, and nothing of that list is run', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    await a.tree(clusterSupervisorSpec(Echo, { keys: () => ['fine', 'a\0b'] }))
    await world.pass(100)
    expect(a.reports.map(({ message }) => message).join()).toContain('the list[1] must be a text')
    expect(a.cluster.claims).toEqual([])
  })

  it('that is much too long is cut in the message', () => {
    const { message } = refusal(() => clusterRef(Echo, 'k'.repeat(1_000_000)))
    expect(message).toContain('… of 1000000 characters')
    expect(message.length).toBeLessThan(400)
  })

  it('of 200 characters, or of whole emoji, is one', async () => {
    const world = new KeyedWorld()
    const a = await world.node('a')
    await a.tree(clusterSupervisorSpec(Echo))
    for (const key of ['k'.repeat(200), '😀'.repeat(100)])
      expect(await a.run(() => clusterRef(Echo, key).call.echo('it'))).toBe('it')
  })
})

it.each([
  '',
  'localhost',
  'mysql://db/shop',
  'postgres://db:none/shop',
])('the address %j is none of a PostgreSQL server', (url) => {
  const { code, message } = refusal(() => postgres({ url }))
  expect(code).toBe('CLUSTER_OPTION_INVALID')
  expect(message).toContain('the URL of a PostgreSQL server')
})
