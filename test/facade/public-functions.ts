import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPORTS = fileURLToPath(new URL('../../etc', import.meta.url))

/** A function, method or constructor of the package, as the API reports have it. */
export interface PublicFunction {
  /** `spawn`, `Agent.start`, `Kernel.constructor`; what is of another entry than the main one has that before it. */
  readonly name: string
  readonly parameters: string
}

const BLOCK = /\n(?=export (?:abstract )?(?:function|class|interface|type|const|namespace) )/
const FUNCTION = /^export function (\w+)/
const CLASS = /^export (?:abstract )?class (\w+)/
const METHOD = /^ {4}(?:static )?(\w+|constructor)(?:<[^\n(]*>)?\(([\s\S]*?)\)(?=: |;)/gm

/** All of them, each overload by itself. */
export function publicFunctions(): PublicFunction[] {
  return readdirSync(REPORTS).flatMap((file) =>
    functionsIn(file.replace(/^heartwood-?|\.api\.md$/g, ''), file),
  )
}

function functionsIn(entry: string, file: string): PublicFunction[] {
  const text = readFileSync(join(REPORTS, file), 'utf8').replace(/^\s*\/\/.*$/gm, '')
  const title = (name: string): string => (entry === '' ? name : `${entry}: ${name}`)
  return text.split(BLOCK).flatMap((block) => {
    const fn = FUNCTION.exec(block)?.[1]
    if (fn !== undefined) {
      const end = block.lastIndexOf('):')
      return [{ name: title(fn), parameters: block.slice(block.indexOf('('), end) }]
    }
    const holder = CLASS.exec(block)?.[1]
    if (holder === undefined) return []
    return [...block.matchAll(METHOD)].map(([, method, parameters = '']) => ({
      name: title(`${holder}.${method}`),
      parameters,
    }))
  })
}

/** How the types of options are called in this package. */
const OPTIONS =
  /\b\w*(?:Options|Table|Overrides|Selection|Route|Turns|Sources|Portability|Init|InitArguments|Limits|CheckedRoot|CheckedChildren)(?:_\d)?\b(?!:)|\bPartial</

/** Of options whose type has no name. */
const UNNAMED = /\{[^}]*\?:/

/** Whether it takes an object of options. */
export function takesOptions({ parameters }: PublicFunction): boolean {
  return OPTIONS.test(parameters) || UNNAMED.test(parameters)
}
