// Makes dist/ from src/: of each layer one module, so that a program loads a dozen files and not four hundred. What a layer
// imports of another stays an import of that one's index.js. The types are the compiler's. Inversify and pino come along as one
// module each: their own files take longer to load than Node and Heartwood together.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
const isInversify = (path) => /^(inversify$|@inversifyjs\/|reflect-metadata$)/.test(path)
const INVERSIFY = Object.keys(
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies,
).filter(isInversify)
const INVERSIFY_MODULE = 'inversify.js'
/** The module of the sources that loads pino, and the one that stands in its place. */
const LOADS_PINO = 'logging/loaded-pino'
const PINO_MODULE = 'pino.js'

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
    const name = relative(SRC, resolve(dirname(importer), path))
      .replace(/\.js$/, '')
      .replaceAll('\\', '/')
    if (name === LOADS_PINO) return { id: `${OTHER}${PINO_MODULE}`, external: true }
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
    experimental: { attachDebugInfo: 'none' },
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
    // For the profiles of the benchmarks. The package has neither maps nor sources, and so its files may name none.
    sourcemap: 'hidden',
    sourcemapExcludeSources: true,
  })
  return output.map(({ fileName }) => fileName)
}

/** One module with what others publish. @param code what it exports of them */
async function makeOthers(name, packages, code) {
  const file = join(SRC, name)
  const bundle = await rolldown({
    input: file,
    platform: 'node',
    plugins: [
      {
        name: 'others',
        resolveId: (path) => (path === file ? path : null),
        load: (id) => (id === file ? code : null),
      },
    ],
  })
  const { output } = await bundle.generate({
    format: 'es',
    keepNames: true,
    // It is read by nobody, and half as large.
    minify: { compress: { keepNames: { function: true, class: true } }, mangle: { keepNames: true } },
    comments: { legal: true, annotation: false, jsdoc: false },
  })
  const [{ code: made, moduleIds }] = output
  const banner = ['/*!', `This file has ${packages.join(', ')}.`, ...new Set(licences(moduleIds)), '*/'].join(
    '\n\n',
  )
  writeFileSync(join(DIST, name), `${banner}\n${made}`)
  return [name]
}

/** The licences of the packages that files are of. */
function licences(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [])
  return [...new Set(folders)].map((folder) => {
    const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copyrightnotice)/i.test(name))
    if (names.length === 0) throw new Error(`${folder} has no licence`)
    // One is a comment of its own, which would end this one.
    const texts = names.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll(/\/\*!?|\*\//g, ''))
    return texts.map((text) => text.trim()).join('\n\n')
  })
}

const INVERSIFY_CODE = INVERSIFY.map((name) =>
  name === 'reflect-metadata' ? `import '${name}'` : `export * from '${name}'`,
).join('\n')
// `require` has what it names evaluated when it is called.
const PINO_CODE = `export function loadedPino() { return require('pino') }`

mkdirSync(DIST, { recursive: true })
const all = [
  ...[...layers()].map(make),
  makeOthers(INVERSIFY_MODULE, INVERSIFY, INVERSIFY_CODE),
  makeOthers(PINO_MODULE, ['pino and what it depends on'], PINO_CODE),
]
const made = new Set((await Promise.all(all)).flat())
// What an earlier build left.
for (const file of readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
  const isOurs = !file.startsWith(join('observer', 'page')) && /\.js(\.map)?$/.test(file)
  if (isOurs && !made.has(file.replaceAll('\\', '/'))) rmSync(join(DIST, file))
}
