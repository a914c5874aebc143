/** For Vite and vitest: oxc leaves standard decorators as they are, which no Node runs; esbuild compiles them. */
import { transform } from 'esbuild'

export const standardDecorators = {
  name: 'standard-decorators',
  enforce: 'pre',
  transform(code, id) {
    if (!/\.[cm]?tsx?$/.test(id)) return undefined
    const tsconfigRaw = { compilerOptions: { experimentalDecorators: false } }
    return transform(code, { loader: 'ts', target: 'es2022', sourcemap: true, sourcefile: id, tsconfigRaw })
  },
}
