/** `heartwood dev` without Vite: what it knows of names, and that it says what is missing. With Vite: `npm run dev:edits`. */
import { expect, it, vi } from 'vitest'
import { CodeNames } from '../../src/dev/code-names.js'
import { dev } from '../../src/dev/index.js'
import { failure } from '../genserver/world.js'

it('says that Vite is missing', async () => {
  vi.doMock('vite', () => {
    throw new Error('Cannot find package')
  })
  try {
    expect(await failure(dev('config.ts'))).toMatchObject({ code: 'DEV_VITE_MISSING' })
  } finally {
    vi.doUnmock('vite')
  }
})

it('knows what is new by the module and the name, once all of a load is there', () => {
  const names = new CodeNames()
  const [first, second, third] = [class One {}, class Two {}, class Three {}]
  names.note('/a.ts', { Counter: () => first, limit: () => 7 })
  names.settle()
  expect(names.successorOf(first)).toBeUndefined()
  names.note('/a.ts', { Counter: () => second })
  names.note('/b.ts', { Counter: () => class Other {} })
  expect(names.successorOf(first)).toBeUndefined()
  names.settle()
  expect(names.successorOf(first)).toBe(second)
  names.note('/a.ts', { Counter: () => third })
  names.settle()
  expect([first, second, third].map(names.successorOf)).toEqual([third, third, undefined])
  expect(names.successorOf(class {})).toBeUndefined()
})
