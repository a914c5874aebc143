/**
 * What modules import from others by name, and whether it is there. Node refuses to link a module that imports what another does not export; Vite's
 * runner gives `undefined` for it, and a worker would count on with that.
 */
import { applicationError } from '../application/index.js'
import type { HeartwoodError } from '../kernel/index.js'

/** A module that was evaluated, as Vite's runner has it. */
export interface LinkedModule {
  readonly id: string
  readonly file?: string | null
  /** The ids of what it imports. */
  readonly imports: ReadonlySet<string>
  readonly exports?: object
}

/** The import of names in one statement. */
interface Link {
  readonly exports: object
  readonly names: readonly string[]
}

export class ModuleLinks {
  /** Of modules that were evaluated since all was right, by their ids. */
  readonly #pending = new Map<string, Link[]>()

  /**
   * @param moduleOf finds a module by its id
   * @param sourceOf reads a file
   */
  constructor(
    private readonly moduleOf: (id: string) => LinkedModule | undefined,
    private readonly sourceOf: (file: string) => string,
  ) {}

  /** A module is evaluated, perhaps not for the first time. */
  begin(importer: string): void {
    this.#pending.set(importer, [])
  }

  /** It has asked for names of another. Whether they are there is known when all is loaded: modules may import each other in a circle. */
  note(importer: string, exports: object, names: readonly string[]): void {
    this.#pending.get(importer)?.push({ exports, names })
  }

  /** Of what is loaded now, from the entry on. What is wrong stays so until its module is evaluated again or is imported no more. */
  mistake(entry: string): HeartwoodError | undefined {
    const used = this.#importedFrom(entry)
    for (const [importer, links] of this.#pending) {
      const at = used.has(importer) ? this.moduleOf(importer) : undefined
      for (const link of at === undefined ? [] : links) {
        const found = this.#missing(at as LinkedModule, link)
        if (found !== undefined) return found
      }
      this.#pending.delete(importer)
    }
    return undefined
  }

  #missing(importer: LinkedModule, { exports, names }: Link): HeartwoodError | undefined {
    const from = this.#modules(importer).find((each) => each.exports === exports)
    const missing = names.filter(
      (name) => !(name in exports) && !(from !== undefined && this.#isType(from, name)),
    )
    if (missing.length === 0) return undefined
    const details = { importer: placeOf(importer), file: from && placeOf(from), name: missing.join(', ') }
    return applicationError('DEV_EXPORT_MISSING', details)
  }

  /** Compilers of single files leave imports of types in the code where a decorator or an export names them: they have nothing to find. */
  #isType(module: LinkedModule, name: string, seen = new Set<string>()): boolean {
    seen.add(module.id)
    if (!/\.[cm]?tsx?$/.test(module.file ?? '')) return false
    const source = this.sourceOf(module.file as string).replace(COMMENT, '')
    if (typeNamed(name).test(source)) return true
    if (!/\bexport\s*\*/.test(source)) return false
    return this.#modules(module).some((each) => !seen.has(each.id) && this.#isType(each, name, seen))
  }

  #modules({ imports }: LinkedModule): readonly LinkedModule[] {
    return [...imports].flatMap((id) => this.moduleOf(id) ?? [])
  }

  #importedFrom(entry: string): ReadonlySet<string> {
    const found = new Set([entry])
    for (const id of found) for (const each of this.moduleOf(id)?.imports ?? []) found.add(each)
    return found
  }
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm

/** `interface Name`, `type Name`, `export type { Name }`, `declare class Name`, `export type *`. */
function typeNamed(name: string): RegExp {
  const word = name.replaceAll('$', '\\$')
  return new RegExp(
    `\\b(?:interface|type|namespace|declare\\s+(?:abstract\\s+)?\\w+|type\\s+\\S+\\s+as)\\s+${word}(?![\\w$])|\\btype\\s*\\{[^}]*(?<![\\w$])${word}(?![\\w$])|\\bexport\\s+type\\s*\\*`,
  )
}

function placeOf({ id, file }: LinkedModule): string {
  return file ?? id
}
