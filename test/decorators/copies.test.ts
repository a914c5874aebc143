/** Two installed copies of heartwood in one program: what fails because of them says so. */
import { call, injected } from 'heartwood'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { failure } from '../genserver/world.js'

const shared = globalThis as { [key: symbol]: Set<WeakRef<() => string>> | undefined }
const other = new WeakRef(() => 'file:///program/node_modules/other/node_modules/heartwood/dist/')
const copies = (): Set<WeakRef<() => string>> => shared[Symbol.for('heartwood.copies')] ?? new Set()

/** Those that other tests of this program have loaded, which are not looked at here. */
let before: WeakRef<() => string>[] = []
const isOurs = (each: WeakRef<() => string>): boolean => each.deref()?.().endsWith('/src/') === true

beforeEach(() => {
  before = [...copies()].filter((each) => !isOurs(each))
  for (const each of before) copies().delete(each)
  copies().add(other)
})
afterEach(() => {
  copies().delete(other)
  for (const each of before) copies().add(each)
})

const HINT =
  /Several installed copies of heartwood are loaded \(this one from file:.*, another from file:.*other.*\), .* \(COPIES_MIXED\)\.$/

it('is said where injected is called and this copy builds nothing', () => {
  expect(() => injected('log')).toThrow(HINT)
})

it('is said where a process is not found', async () => {
  const { message } = (await failure(call('w', 'add'))) as Error
  expect(message).toMatch(HINT)
})

it('is not said where there is one copy', async () => {
  copies().delete(other)
  expect(() => injected('log')).toThrow(/elsewhere use the field\.$/)
})
