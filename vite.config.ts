import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The observer's page: a few files with relative addresses, so that it works below any prefix. */
export default defineConfig({
  root: fileURLToPath(new URL('./src/observer/page', import.meta.url)),
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('./dist/observer/page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // Nothing inline: the page's own policy forbids it.
    assetsInlineLimit: 0,
  },
})
