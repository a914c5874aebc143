// Makes the types of the package, dist/**/*.d.ts, from what the compiler wrote for each source: one file for each entry of the
// package, and one for each layer that entries share. What no entry exports, and no type of one needs, is not in them.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { parseAst } from 'rolldown/parseAst'
import { dts } from 'rolldown-plugin-dts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')
/** Where the compiler writes: tsconfig.build.json. */
const COMPILED = join(DIST, 'compiled')

const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const entries = Object.values(exports).flatMap(({ types }) =>
  types === undefined ? [] : types.replace(/^\.\/dist\/(.*)\.d\.ts$/, '$1'),
)

/** The layer that most of a shared file's code is of. */
function layerOf({ moduleIds }) {
  const sizes = new Map()
  for (const id of moduleIds) {
    const [layer] = relative(COMPILED, id).split(/[/\\]/)
    sizes.set(layer, (sizes.get(layer) ?? 0) + 1)
  }
  const [largest] = [...sizes].sort(([, one], [, other]) => other - one)
  return largest[0].replace(/\.d\.ts$/, '')
}

/** What the entries export, by name. */
function exportsOf(outputs) {
  const code = outputs.filter(({ isEntry }) => isEntry).map((each) => each.code)
  const listed = code.flatMap((text) => [...text.matchAll(/^export \{([^}]*)\}/gm)].map(([, list]) => list))
  const own = code.flatMap((text) =>
    [...text.matchAll(/^export declare [\w ]*?(\w+)[<(: ]/gm)].map(([, name]) => name),
  )
  const names = listed.flatMap((list) =>
    list.split(',').map((each) =>
      each
        .trim()
        .split(/ as | /)
        .at(-1),
    ),
  )
  return new Set([...names, ...own])
}

/** Leaves out the comments on what no entry exports: nobody is shown them. */
function withoutHiddenComments(code, fileName, exported) {
  let shown = ''
  let at = 0
  for (const statement of parseAst(code, { lang: 'dts', sourceType: 'module' }, fileName).body) {
    const { id, declarations } = statement.declaration ?? statement
    const name = id?.name ?? declarations?.[0]?.id.name
    const text = code.slice(at, statement.end)
    shown +=
      name === undefined || exported.has(name) ? text : text.replaceAll(/[ \t]*\/\*\*[\s\S]*?\*\/\n?/g, '')
    at = statement.end
  }
  return shown + code.slice(at)
}

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, join(COMPILED, `${name}.d.ts`)])),
  external: (path) => !/^[./]/.test(path),
  plugins: [dts({ dtsOnly: true, oxc: true, tsconfig: false, sourcemap: false })],
})
const { output } = await bundle.generate({
  format: 'es',
  entryFileNames: '[name].d.ts',
  chunkFileNames: (chunk) => `types/${layerOf(chunk)}.d.ts`,
})
const exported = exportsOf(output)
const made = new Set(output.map(({ fileName }) => join(fileName)))
// What an earlier build left.
for (const file of existsSync(DIST) ? readdirSync(DIST, { recursive: true, encoding: 'utf8' }) : []) {
  const isCompiled = join(DIST, file).startsWith(COMPILED)
  if (!isCompiled && /\.d\.ts(\.map)?$/.test(file) && !made.has(file)) rmSync(join(DIST, file))
}
for (const { code, fileName, isEntry } of output) {
  const file = join(DIST, fileName)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, isEntry ? code : withoutHiddenComments(code, fileName, exported))
}
