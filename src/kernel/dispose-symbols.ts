/**
 * `Symbol.dispose` and `Symbol.asyncDispose`, where they are missing: the oldest Node makes them itself, but not for the contexts of
 * `node:vm`, in which some runners of tests have each file (vitest's `vmThreads` and `vmForks`). The first import of the kernel.
 */

/** Classes of Node that have them. They are loaded where one is missing, and nowhere else. */
const HOLDERS = {
  dispose: () => process.getBuiltinModule('node:child_process').ChildProcess,
  asyncDispose: () => process.getBuiltinModule('node:stream').Readable,
}

/** Node's own, by which what Node gives is disposed of: it is in the prototypes of its classes, which all contexts share. */
function nodesOwn(prototype: object, name: string): symbol | undefined {
  const isIt = ({ description }: symbol): boolean =>
    description === name || description === name.replace('Symbol.', 'nodejs.')
  return Object.getOwnPropertySymbols(prototype).find(isIt)
}

/** @param symbols the `Symbol` of a context */
export function completeSymbols(symbols: SymbolConstructor): void {
  for (const [name, holder] of Object.entries(HOLDERS)) {
    if (typeof (symbols as unknown as Record<string, unknown>)[name] === 'symbol') continue
    const value = nodesOwn(holder().prototype, `Symbol.${name}`) ?? Symbol.for(`nodejs.${name}`)
    Object.defineProperty(symbols, name, { value })
  }
}

completeSymbols(Symbol)
