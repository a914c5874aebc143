#!/usr/bin/env node
// `npm create heartwood my-app` is `heartwood new my-app`, of the version that stands in package.json.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const manifest = createRequire(import.meta.url).resolve('heartwood/package.json')
process.argv.splice(2, 0, 'new')
await import(pathToFileURL(join(dirname(manifest), 'bin/heartwood.js')).href)
