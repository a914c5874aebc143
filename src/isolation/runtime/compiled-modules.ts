import { readFile } from 'node:fs/promises'
import modules from 'node:module'
import { pathToFileURL } from 'node:url'

/** What Node cannot load by itself, or not with decorators, and vitest or `heartwood dev` has compiled where this program runs in it. */
const COMPILED = /\.([cm]?ts|[jt]sx)$/

/** What vitest keeps in the program that runs tests, as far as it is needed here. */
interface TestWorker {
  readonly rpc: { fetch(...request: unknown[]): Promise<Fetched> }
  readonly config: { readonly root: string }
  readonly environment: { readonly name: string; readonly viteEnvironment?: string }
}

/** A module as Vite hands it to whoever runs it; vitest keeps the code in a file. */
type Fetched = Readonly<Record<string, unknown>> & { readonly tmp?: string }

/** What a thread or program asks for: what its Vite module runner would ask a server for. */
export type ModuleRequest = readonly [name: string, ...request: unknown[]]

/** Where compiled modules come from: a Vite server, however it is reached. */
export interface ModuleSource {
  /** The address of the module runner that loads them over there. */
  readonly runner: string
  fetch(id: string, importer: string | undefined, options: unknown): Promise<Fetched>
  /** How often code has changed: what was loaded of an older one is of no use any more. */
  readonly edition: number
}

/** Of a program that compiles its modules itself. */
let ownSource: ModuleSource | undefined

/** Has threads and programs load the modules of a source, until disposed of: those that Node cannot load by itself. */
export function loadModulesFrom(source: ModuleSource): Disposable {
  ownSource = source
  return {
    [Symbol.dispose]() {
      if (ownSource === source) ownSource = undefined
    },
  }
}

/** The edition of the code that a thread would load now. */
export function editionOfModules(): number {
  return ownSource?.edition ?? 0
}

/**
 * Modules that are compiled one by one as they are imported, by vitest or `heartwood dev`: a thread has no such importer, so it is given one
 * that asks here. It gets what the program itself gets, by the same settings.
 */
export class CompiledModules {
  private constructor(private readonly source: ModuleSource) {}

  /** The address of the module runner that loads them over there. */
  get runner(): string {
    return this.source.runner
  }

  /** Undefined where Node loads that module as it is: without a source, and all JavaScript. */
  static of(module: string): CompiledModules | undefined {
    const source = COMPILED.test(module) ? (ownSource ?? sourceOfTests()) : undefined
    return source === undefined ? undefined : new CompiledModules(source)
  }

  /** What the module runner is answered, as Vite's own server does: with `result`, or with `error`. */
  async answer([name, ...request]: ModuleRequest): Promise<unknown> {
    if (name === 'getBuiltins') return { result: [] }
    try {
      const [id, importer, options] = request as [string, string | undefined, unknown]
      const fetched = await this.source.fetch(id, importer, options)
      if (fetched.tmp === undefined) return { result: fetched }
      return { result: { ...fetched, code: await readFile(fetched.tmp, 'utf8') } }
    } catch (error) {
      const { message = String(error), stack } = error as Partial<Error>
      return { error: { name: 'Error', message, stack } }
    }
  }
}

/** What vitest compiles. */
function sourceOfTests(): ModuleSource | undefined {
  const { __vitest_worker__: worker } = globalThis as { __vitest_worker__?: Partial<TestWorker> }
  if (typeof worker?.rpc?.fetch !== 'function') return undefined
  const { rpc, environment, config } = worker as TestWorker
  try {
    // Of the Vite that vitest has, which is seldom one that the project itself could import.
    const project = modules.createRequire(`${config?.root}/`)
    const vitest = modules.createRequire(project.resolve('vitest/package.json'))
    const name = environment.viteEnvironment ?? environment.name
    return {
      runner: String(pathToFileURL(vitest.resolve('vite/module-runner'))),
      fetch: (id, importer, options) => rpc.fetch(id, importer, name, options),
      edition: 0,
    }
  } catch {
    // A vitest whose modules come in another way: Node is left to load it, and says what it cannot.
    return undefined
  }
}

/** As `node --import tsx`, and as tsx starts Node itself. */
const TSX = /^tsx(\/esm)?$|\/tsx\/dist\/loader\.mjs$/

/** The address of what has tsx compile the modules of a thread: by itself it does that in the main one alone. */
export function tsxOfThreads(): string | undefined {
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')]
  const found = given.map((each) => each.replace(/^--import=/, '')).find((each) => TSX.test(each))
  if (found === undefined) return undefined
  try {
    const loader = found.startsWith('file:')
      ? found
      : pathToFileURL(modules.createRequire(`${process.cwd()}/`).resolve('tsx'))
    return String(new URL('esm/api/index.mjs', loader))
  } catch {
    return undefined
  }
}

/**
 * Loads modules over there by asking for each; a source, as what it is part of (`bootstrap`). `ask` sends a request, `answers` has answers
 * to `asked` heard.
 */
export const LOAD_COMPILED = `
const loadCompiled = async (runner, module, post, listen) => {
  const { pathToFileURL, fileURLToPath } = require('node:url')
  const { isAbsolute } = require('node:path')
  const { isBuiltin } = require('node:module')
  const { ModuleRunner, ESModulesEvaluator, createNodeImportMeta } = await import(runner)
  const asked = new Map()
  let last = 0
  listen((message) => {
    if (message[0] !== 'module') return
    asked.get(message[1])?.(message[2])
    asked.delete(message[1])
  })
  const evaluator = new (class extends ESModulesEvaluator {
    runExternalModule(path) {
      return import(isAbsolute(path) ? String(pathToFileURL(path)) : path)
    }
  })()
  const invoke = ({ data: { name, data } }) => {
    if (isBuiltin(String(data[0]))) return { result: { externalize: data[0], type: 'builtin' } }
    return new Promise((resolve) => {
      asked.set(++last, resolve)
      post(['module', last, [name, ...data]])
    })
  }
  const options = { transport: { invoke }, hmr: false, createImportMeta: createNodeImportMeta }
  return new ModuleRunner(options, evaluator).import(fileURLToPath(module))
}
`
