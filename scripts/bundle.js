// Makes dist/ from src/: of each layer one module, so that a program loads a dozen files and not four hundred. What a layer
// imports of another stays an import of that one's index.js. The types are the compiler's. Inversify comes along as one module:
// its own 370 files take longer to load than Node and Heartwood together.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SRC = join(ROOT, 'src')
const DIST = join(ROOT, 'dist')
/** What an import of another layer begins with until the file that has it is known. */
const OTHER = 'layer:'
/** Each file of it is an entry of the package. */
const ENTRIES = 'entries'
/** Entries of the package beside a layer's index. */
const BESIDE = [
  'cluster/nats/index',
  'cluster/postgres/index',
  'telemetry/opentelemetry/index',
  'testing/vitest',
  'testing/node-test',
  'testing/jest',
]

/** What the decorators import of these packages is in one module of ours. */
const isInversify = (path) => /^(inversify$|@inversifyjs\/)/.test(path)
const INVERSIFY = Object.keys(
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies,
).filter(isInversify)
const INVERSIFY_MODULE = 'inversify.js'

const layerOf = (name) => name.split('/')[0]

function layers() {
  const names = readdirSync(SRC, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return entry.name.replace(/\.ts$/, '')
    return entry.name === ENTRIES
      ? readdirSync(join(SRC, ENTRIES)).map((file) => `${ENTRIES}/${file.replace(/\.ts$/, '')}`)
      : `${entry.name}/index`
  })
  const all = new Map()
  for (const name of [...names, ...BESIDE]) all.set(layerOf(name), [...(all.get(layerOf(name)) ?? []), name])
  return all
}

/** Keeps imports between layers, and makes them relative to the file that has them in the end. */
const keeping = (layer) => ({
  name: 'layers',
  resolveId(path, importer) {
    if (isInversify(path)) return { id: `${OTHER}${INVERSIFY_MODULE}`, external: true }
    if (importer === undefined || !path.startsWith('.')) return null
    const name = relative(SRC, resolve(dirname(importer), path)).replace(/\.js$/, '')
    return layerOf(name) === layer ? join(SRC, `${name}.ts`) : { id: `${OTHER}${name}.js`, external: true }
  },
  renderChunk(code, { fileName }) {
    const up = '../'.repeat(fileName.split('/').length - 1) || './'
    return { code: code.replaceAll(`"${OTHER}`, `"${up}`), map: null }
  },
})

async function make([layer, names]) {
  const bundle = await rolldown({
    input: Object.fromEntries(names.map((name) => [name, join(SRC, `${name}.ts`)])),
    platform: 'node',
    tsconfig: join(ROOT, 'tsconfig.build.json'),
    transform: { target: 'es2022' },
    // What the compiler's own helpers are is taken along.
    external: (path) => !/^[./]|^@oxc-project\/runtime/.test(path) && !isInversify(path),
    plugins: [keeping(layer)],
  })
  const { output } = await bundle.write({
    dir: DIST,
    format: 'es',
    // What is called is told by its name, in reports and in stacks.
    keepNames: true,
    // Node reads each file at each start, and a quarter of ours were comments. They are in the types and in src.
    comments: { legal: true, annotation: false, jsdoc: false },
    minifyInternalExports: false,
    chunkFileNames: `${layer}/[name].js`,
    sourcemap: true,
    sourcemapExcludeSources: true,
  })
  return output.map(({ fileName }) => fileName)
}

async function makeInversify() {
  const bundle = await rolldown({
    input: join(SRC, INVERSIFY_MODULE),
    platform: 'node',
    external: ['reflect-metadata'],
    plugins: [
      {
        name: 'inversify',
        resolveId: (path) => (path === join(SRC, INVERSIFY_MODULE) ? path : null),
        load(id) {
          if (id !== join(SRC, INVERSIFY_MODULE)) return null
          return INVERSIFY.map((name) => `export * from '${name}'`).join('\n')
        },
      },
    ],
  })
  const licences = INVERSIFY.map((name) =>
    readFileSync(join(ROOT, 'node_modules', name, 'LICENSE'), 'utf8').trim(),
  )
  const banner = ['/*!', `This file has ${INVERSIFY.join(', ')}.`, ...new Set(licences), '*/'].join('\n\n')
  await bundle.write({
    file: join(DIST, INVERSIFY_MODULE),
    format: 'es',
    banner,
    keepNames: true,
    comments: { legal: true, annotation: false, jsdoc: false },
  })
  return [INVERSIFY_MODULE]
}

const made = new Set((await Promise.all([...[...layers()].map(make), makeInversify()])).flat())
// What an earlier build left.
for (const file of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
  const isOurs = !file.startsWith(join('observer', 'page')) && /\.js(\.map)?$/.test(file)
  if (isOurs && !made.has(file)) rmSync(join(DIST, file))
}
