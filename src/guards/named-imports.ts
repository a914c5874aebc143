import { isBuiltin, syncBuiltinESMExports } from 'node:module'

/** A module of Node in a context of `node:vm`: a `vm.SyntheticModule`, whose exports are what they are set to. */
interface SyntheticModule {
  readonly status: string
  readonly namespace: Readonly<Record<string, unknown>>
  setExport(name: string, value: unknown): void
}

/** Where vitest's pools `vmThreads` and `vmForks` keep the modules of Node that a file of tests has imported. */
interface VitestContext {
  readonly externalModulesExecutor?: {
    readonly cjs?: { readonly moduleCache?: ReadonlyMap<string, unknown> }
  }
}

/**
 * Has what was imported by name from Node's modules (`import { setTimeout } from 'node:timers'`) be what is in these modules now. Node does
 * that for its own modules; a runner that has each file in a context of `node:vm` makes modules of its own, with the values of that moment.
 */
export function completeNamedImports(): void {
  syncBuiltinESMExports()
  const { __vitest_vm_context__: context } = globalThis as { __vitest_vm_context__?: VitestContext }
  for (const [name, module] of context?.externalModulesExecutor?.cjs?.moduleCache ?? [])
    if (isBuiltin(name) && isSynthetic(module)) complete(module)
}

function complete(module: SyntheticModule): void {
  const { default: exports, ...named } = module.namespace
  for (const [name, value] of Object.entries(named)) {
    const now = (exports as Readonly<Record<string, unknown>>)[name]
    if (now !== value) module.setExport(name, now)
  }
}

/** One that is not evaluated yet takes what is there when it is. */
function isSynthetic(module: unknown): module is SyntheticModule {
  const { setExport, status } = module as Partial<SyntheticModule>
  return typeof setExport === 'function' && status === 'evaluated'
}
