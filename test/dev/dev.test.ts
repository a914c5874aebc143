/** `heartwood dev` without Vite: what it knows of names, and that it says what is missing. With Vite: `npm run dev:edits`. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CodeNames } from '../../src/dev/code-names.js'
import { dev } from '../../src/dev/index.js'
import { type LinkedModule, ModuleLinks } from '../../src/dev/module-links.js'
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

describe('an import by name', () => {
  const sources: Record<string, string> = {}
  const modules = new Map<string, LinkedModule>()
  let links: ModuleLinks
  const evaluated = (id: string, source: string, exports: object, imports: Record<string, string[]> = {}) => {
    sources[id] = source
    modules.set(id, { id, file: id, exports, imports: new Set(Object.keys(imports)) })
    links.begin(id)
    for (const [from, names] of Object.entries(imports))
      links.note(id, modules.get(from)?.exports ?? {}, names)
  }
  const mistake = () => links.mistake('config.ts')?.message
  beforeEach(() => {
    modules.clear()
    links = new ModuleLinks(
      (id) => modules.get(id),
      (file) => sources[file] ?? '',
    )
  })
  const config = (...imports: string[]) =>
    evaluated('config.ts', '', {}, Object.fromEntries(imports.map((each) => [each, []])))

  it('of what the other module does not export is a mistake, until that is mended', () => {
    evaluated('shared.ts', '', { stepp: 1 })
    evaluated('counter.ts', '', {}, { 'shared.ts': ['step', 'default'] })
    config('counter.ts')
    const text =
      'counter.ts imports step, default from shared.ts, which does not export it. Export it there, or change the import.'
    expect([mistake(), mistake()]).toEqual([text, text])
    expect(links.mistake('config.ts')?.code).toBe('DEV_EXPORT_MISSING')
    evaluated('shared.ts', '', { step: 1, default: 2 })
    evaluated('counter.ts', '', {}, { 'shared.ts': ['step', 'default'] })
    expect(mistake()).toBeUndefined()
  })

  it('counts no more once nothing imports its module', () => {
    evaluated('shared.ts', '', {})
    evaluated('counter.ts', '', {}, { 'shared.ts': ['step'] })
    config('counter.ts')
    expect(mistake()).toBeDefined()
    config()
    expect(mistake()).toBeUndefined()
  })

  it('may be there only when all is loaded, as in a circle', () => {
    const exports: { step?: number } = {}
    evaluated('shared.ts', '', exports)
    evaluated('counter.ts', '', {}, { 'shared.ts': ['step'] })
    config('counter.ts')
    exports.step = 1
    expect(mistake()).toBeUndefined()
  })

  it.each([
    'export interface Step {}',
    'export type Step = 1',
    'export type { One, Step } from "./other.js"',
    'export { type One as Step }',
    'export declare class Step {}',
    'export type * from "./other.js"',
  ])('of a type is none: %s', (source) => {
    evaluated('types.ts', source, {})
    evaluated('index.ts', "export * from './types.js'", {}, { 'types.ts': [] })
    evaluated('counter.ts', '', {}, { 'index.ts': ['Step'] })
    config('counter.ts')
    expect(mistake()).toBeUndefined()
  })

  it.each([
    '// the type Step\n/* interface Step */',
    'export interface Steps {}',
    'export const Stepp = 1',
  ])('is a mistake: %s', (source) => {
    evaluated('types.ts', source, {})
    evaluated('index.ts', "export * from './types.js'", {}, { 'types.ts': [] })
    evaluated('counter.ts', '', {}, { 'index.ts': ['Step'] })
    config('counter.ts')
    expect(mistake()).toContain('counter.ts imports Step from index.ts')
  })
})
