// Writes etc/*.api.md: what each entry of the package exports, with its types. With --check it writes nothing, and fails when a
// report is not what the code says: every change of the public surface is then seen in review.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const { name, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const temporary = join(ROOT, 'node_modules', '.cache', 'heartwood-api')
mkdirSync(temporary, { recursive: true })

/** What the compiler wrote for each source: tsconfig.build.json. The types of the package are made of it. */
const COMPILED = join(ROOT, 'dist', 'compiled')

/** `register` exports nothing; the tables of errors are compared with docs/errors.md. */
const LEFT_OUT = ['./register', './errors']
/** From `heartwood-testing-vitest` to its types. */
const entries = Object.entries(exports)
  .filter(([entry, { types }]) => types !== undefined && !LEFT_OUT.includes(entry))
  .map(([entry, { types }]) => [
    entry.replace('.', name).replaceAll('/', '-'),
    join(COMPILED, types.replace('./dist/', '')),
  ])

const silent = { logLevel: 'none' }
let failed = false
for (const [report, types] of entries) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'ES2022',
            lib: ['ES2023', 'ESNext.Disposable'],
            module: 'NodeNext',
            moduleResolution: 'NodeNext',
            strict: true,
            // What is marked internal is not in the types, and what is left must be whole without it.
            skipLibCheck: false,
            types: ['node'],
          },
          files: [types],
        },
        skipLibCheck: false,
      },
      apiReport: {
        enabled: true,
        reportFileName: `${report}.api.md`,
        reportFolder: join(ROOT, 'etc'),
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        // Docstrings are checked by TypeDoc; a type that an entry does not export is shown by its name.
        extractorMessageReporting: { default: silent },
        tsdocMessageReporting: { default: silent },
      },
    },
    configObjectFullPath: join(ROOT, 'api-extractor.json'),
    packageJsonFullPath: join(ROOT, 'package.json'),
  })
  const known = existsSync(join(ROOT, 'etc', `${report}.api.md`))
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    localBuild: !check,
    messageCallback: (message) => {
      if (message.logLevel !== 'error') message.handled = true
    },
  })
  if (check && (apiReportChanged || !known)) {
    console.error(`etc/${report}.api.md is not what the code exports: npm run api writes it`)
  }
  if (!succeeded || (check && (apiReportChanged || !known))) failed = true
}
process.exitCode = failed ? 1 : 0
