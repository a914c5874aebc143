import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { completeSymbols } from '../../src/kernel/dispose-symbols.js'

it('a context of node:vm that lacks the symbols of disposal gets those by which Node’s own things are disposed of', () => {
  // A newer Node gives each context the same by itself.
  const symbols: SymbolConstructor = runInNewContext(
    'delete Symbol.dispose; delete Symbol.asyncDispose; Symbol',
  )
  completeSymbols(symbols)
  const timer = setImmediate(() => {})
  expect(symbols.dispose in timer).toBe(true)
  clearImmediate(timer)
  expect([symbols.dispose, symbols.asyncDispose]).toEqual([Symbol.dispose, Symbol.asyncDispose])
  completeSymbols(symbols)
})
