/** Zone.js, bluebird and others in the place of V8's `Promise`: said once, and what fails in them is contained all the same. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const FIXTURE = fileURLToPath(new URL('fixtures/foreign-promises.js', import.meta.url))

async function run(env: Record<string, string>): Promise<Record<string, readonly string[]>> {
  const options = { env: { ...process.env, NODE_OPTIONS: '', ...env } }
  const { stdout } = await promisify(execFile)(process.execPath, [FIXTURE], options)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

describe.each([
  ['zone.js/node', 'zone.js'],
  ['zone.js', 'zone.js'],
  ['bluebird', 'bluebird'],
  ['small', "a Promise that is not V8's (class Small)"],
])('%s', (STRANGER, name) => {
  it.concurrent.each([
    ['before Heartwood', {}],
    ['after Heartwood and before the boot', { AFTER: 'yes' }],
  ])('loaded %s', async (_, env) => {
    const found = await run({ STRANGER, ...env })
    expect(found).toEqual({ problems: [], warnings: [`warn ${name}`], uncaught: [] })
  })
})

it('an AsyncLocalStorage that loses its context is said', async () => {
  const { warnings } = await run({ STRANGER: 'a stack' })
  expect(warnings).toEqual(['warn a replacement of AsyncLocalStorage that loses its context'])
})
