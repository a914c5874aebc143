/**
 * The modules of a program, loaded by Vite's module runner: it compiles them, watches their files, and loads anew what a change concerns, which
 * are the changed modules and all that import them.
 */
import { readFileSync } from 'node:fs'
import modules from 'node:module'
import { relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DevEnvironment, Plugin, ViteDevServer } from 'vite'
import type { EvaluatedModuleNode, ModuleRunner, ModuleRunnerContext } from 'vite/module-runner'
import { applicationError } from '../application/index.js'
import { loadModulesFrom } from '../isolation/index.js'
import { codeAddress } from '../kernel/index.js'
import { CodeNames, type NamesOfModule } from './code-names.js'
import { ModuleLinks } from './module-links.js'

/** A module of ours, which accepts what the config module is after a change: so a change reloads what it concerns and nothing else. */
const ENTRY = 'virtual:heartwood-dev'
const LOADED_ENTRY = `\0${ENTRY}`
/** What stands in compiled code; written so that it is none of ours. */
const META = ['import', 'meta'].join('.')

/** The packages that a program shares with the Heartwood that runs it: Node loads each once. */
const SHARED = ['heartwood', 'inversify', 'reflect-metadata', 'pino']

/**
 * Isolated workers load their modules in a Vite environment of their own: one environment tells a single module runner what it has to load
 * anew, and takes the others for up to date.
 */
const ELSEWHERE = 'heartwoodIsolated'

/**
 * A save is taken once its file has had the same size for so long, in milliseconds: many an editor empties the file first, and writes then. Vite's
 * watcher has this for it. By itself it would tell the first of it, and nothing of what follows within 50 ms.
 */
const WRITTEN = { stabilityThreshold: 20, pollInterval: 10 }

/** What came of a load. */
export type Load =
  | { readonly config: unknown; readonly files: readonly string[]; readonly since: number }
  | { readonly error: unknown; readonly files: readonly string[] }

interface Vite {
  createServer: typeof import('vite').createServer
  createServerModuleRunner: typeof import('vite').createServerModuleRunner
  ESModulesEvaluator: typeof import('vite/module-runner').ESModulesEvaluator
  ssrImportKey: typeof import('vite/module-runner').ssrImportKey
  ssrImportMetaKey: typeof import('vite/module-runner').ssrImportMetaKey
}

/** What the compiled code says of an import. */
interface ImportMetadata {
  importedNames?: string[]
}

/** What the entry and the modules of the program find under their own `import.meta`. */
interface Told {
  heartwoodLoaded(module: { readonly default?: unknown } | undefined): void
  heartwoodNames(names: NamesOfModule): void
}

export class ViteProgram implements AsyncDisposable {
  readonly names = new CodeNames()
  /** Told of each load after the first. */
  onLoad: (load: Load) => void = () => {}
  #server: ViteDevServer | undefined
  #runner: ModuleRunner | undefined
  readonly #changed = new Set<string>()
  /** What the last load was for. */
  #files: readonly string[] = []
  #since = 0
  #error: unknown
  #first: { readonly default?: unknown } | undefined
  /** How often new code was loaded. */
  #edition = 0
  /** Isolated workers load their modules from the same server. */
  #elsewhere: Disposable | undefined

  readonly #root = process.cwd()

  readonly #links = new ModuleLinks(
    (id) => {
      const module = this.#runner?.evaluatedModules.getModuleById(id)
      // The paths of messages are those that the user knows.
      return (
        module && { id, imports: module.imports, exports: module.exports, file: this.#shown(module.file) }
      )
    },
    (file) => readFileSync(resolve(this.#root, file), 'utf8'),
  )

  private constructor(private readonly now: () => number) {}

  /** @throws DEV_VITE_MISSING; what Vite says of its own configuration */
  static async open(path: string, now: () => number): Promise<ViteProgram> {
    const vite = await viteOf()
    const program = new ViteProgram(now)
    program.#server = await vite.createServer({
      root: program.#root,
      appType: 'custom',
      clearScreen: false,
      logLevel: 'silent',
      server: { middlewareMode: true, ws: false, hmr: {}, watch: { awaitWriteFinish: WRITTEN } },
      optimizeDeps: { noDiscovery: true, include: [] },
      ssr: { external: SHARED },
      environments: { [ELSEWHERE]: { consumer: 'server', resolve: { external: SHARED } } },
      plugins: [program.#plugin(resolve(path))],
    })
    const environment = program.#server.environments.ssr
    program.#runner = vite.createServerModuleRunner(environment, {
      evaluator: program.#evaluator(vite),
      hmr: { logger: { debug() {}, error: (error) => program.#failed(error) } },
    })
    const elsewhere = program.#server.environments[ELSEWHERE] as DevEnvironment
    program.#elsewhere = loadModulesFrom({
      runner: addressOf('vite/module-runner'),
      fetch: async (id, importer, options) => ({
        ...(await elsewhere.fetchModule(id, importer, options as object)),
      }),
      get edition() {
        return program.#edition
      },
    })
    return program
  }

  /** The config, for the first time. @throws DEV_EXPORT_MISSING; what the modules throw, and what Vite says of their syntax */
  async load(): Promise<unknown> {
    await this.#runner?.import(ENTRY)
    const mistake = this.#links.mistake(LOADED_ENTRY)
    if (mistake !== undefined) throw mistake
    this.names.settle()
    return this.#first?.default
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#elsewhere?.[Symbol.dispose]()
    await this.#runner?.close()
    await this.#server?.close()
  }

  #loaded(module: { readonly default?: unknown } | undefined): void {
    if (this.#first === undefined && module !== undefined) {
      this.#first = module
      return
    }
    // Of two quick saves the first load takes both files, and the second says what it was for, too.
    if (this.#changed.size > 0) this.#files = [...this.#changed]
    const files = this.#files
    this.#changed.clear()
    if (module === undefined) {
      const error = this.#error
      this.#error = undefined
      this.onLoad({ error, files })
      return
    }
    const mistake = this.#links.mistake(LOADED_ENTRY)
    if (mistake !== undefined) {
      this.onLoad({ error: mistake, files })
      return
    }
    this.names.settle()
    this.#edition++
    this.onLoad({ config: module.default, files, since: this.#since })
  }

  #shown(file: string): string {
    return relative(this.#root, file)
  }

  /** The first is the cause; what follows says that there was one. */
  #failed(error: unknown): void {
    this.#error ??= error
  }

  #evaluator({ ESModulesEvaluator, ssrImportKey, ssrImportMetaKey }: Vite) {
    const program = this
    return new (class extends ESModulesEvaluator {
      override runInlinedModule(
        context: ModuleRunnerContext,
        code: string,
        module?: EvaluatedModuleNode,
      ): Promise<unknown> {
        Object.assign(context[ssrImportMetaKey], {
          heartwoodLoaded: (loaded) => program.#loaded(loaded),
          heartwoodNames: (names) => program.names.note(module?.id ?? '', names),
        } satisfies Told)
        return super.runInlinedModule(
          module === undefined ? context : program.#linked(context, ssrImportKey, module),
          code,
        )
      }
    })()
  }

  /** Notes what a module imports by name. */
  #linked(
    context: ModuleRunnerContext,
    key: Vite['ssrImportKey'],
    { id }: EvaluatedModuleNode,
  ): ModuleRunnerContext {
    const request: (dep: string, metadata?: ImportMetadata) => Promise<object> = context[key]
    this.#links.begin(id)
    const noted = async (dep: string, metadata?: ImportMetadata): Promise<object> => {
      const exports = await request(dep, metadata)
      if (metadata?.importedNames !== undefined) this.#links.note(id, exports, metadata.importedNames)
      return exports
    }
    return { ...context, [key]: noted }
  }

  #plugin(file: string): Plugin {
    const root = this.#root
    const config = JSON.stringify(file.startsWith(`${root}/`) ? file.slice(root.length) : file)
    return {
      name: 'heartwood',
      enforce: 'post',
      resolveId: (id) => (id === ENTRY ? LOADED_ENTRY : undefined),
      load: (id) => {
        if (id !== LOADED_ENTRY) return undefined
        const accept = `${META}.hot.accept(${config}, (now) => ${META}.heartwoodLoaded(now))`
        return `import * as first from ${config}\n${META}.heartwoodLoaded(first)\n${accept}\n`
      },
      applyToEnvironment: ({ name }) => name === 'ssr',
      hotUpdate: ({ file: changed, modules }) => {
        if (modules.length === 0) return
        if (this.#changed.size === 0) this.#since = this.now()
        this.#changed.add(this.#shown(changed))
      },
      transform(code, id) {
        if (id.startsWith('\0') || id.includes('/node_modules/') || !/\.[cm]?[jt]sx?$/.test(id))
          return undefined
        const names = topLevelNames(this.parse(code))
        if (names.length === 0) return undefined
        const read = names.map((name) => `${name}: () => ${name}`).join(', ')
        return { code: `${code}\n;${META}.heartwoodNames({ ${read} })\n`, map: null }
      },
    }
  }
}

/** A part of a program's syntax, as Vite's parser gives it. */
interface Node {
  readonly type: string
  readonly declaration?: Node | null
  readonly declarations?: readonly { readonly id: { readonly type: string; readonly name?: string } }[]
  readonly id?: { readonly name?: string } | null
}

/** The names that a module declares itself: classes, functions, variables. */
function topLevelNames(program: unknown): readonly string[] {
  return (program as { readonly body: readonly Node[] }).body.flatMap((node) => {
    const { type, id, declarations = [] } = node.declaration ?? node
    if (type === 'VariableDeclaration') return declarations.flatMap((each) => each.id.name ?? [])
    return /^(Class|Function)Declaration$/.test(type) ? (id?.name ?? []) : []
  })
}

/** Of what Heartwood itself would import. */
function addressOf(module: string): string {
  return String(pathToFileURL(modules.createRequire(codeAddress() ?? `${process.cwd()}/`).resolve(module)))
}

/** @throws DEV_VITE_MISSING */
async function viteOf(): Promise<Vite> {
  try {
    const [server, runner] = await Promise.all([import('vite'), import('vite/module-runner')])
    return { ...server, ...runner } as Vite
  } catch (cause) {
    throw applicationError('DEV_VITE_MISSING', {}, { cause })
  }
}
