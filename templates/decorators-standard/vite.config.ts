import { transform } from 'esbuild'
import { defineConfig } from 'vitest/config'

/** For tests and `npm run dev`: Vite's own compiler leaves standard decorators as they are, which Node does not run. */
const decorators = {
  name: 'standard-decorators',
  enforce: 'pre' as const,
  async transform(source: string, id: string) {
    if (!/\.[cm]?tsx?$/.test(id)) return undefined
    const { code, map } = await transform(source, {
      loader: 'ts',
      target: 'es2022',
      sourcemap: true,
      sourcefile: id,
      tsconfigRaw: { compilerOptions: { experimentalDecorators: false } },
    })
    return { code, map }
  },
}

export default defineConfig({ plugins: [decorators] })
