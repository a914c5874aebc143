/** What npm takes as the name of a package, and what would not work as the name of a new project. */

import { isBuiltin } from 'node:module'
import { applicationError } from '../../application/index.js'

interface Rule {
  readonly rule: string
  readonly broken: (name: string) => boolean
}

const RULES: readonly Rule[] = [
  { rule: 'it is empty', broken: (name) => name.trim() === '' },
  { rule: 'npm takes at most 214 characters', broken: (name) => name.length > 214 },
  { rule: 'npm takes lower-case letters only', broken: (name) => name !== name.toLowerCase() },
  {
    rule: 'npm takes no name that starts with a dot or an underscore',
    broken: (name) => /^(@[^/]*\/)?[._]/.test(name),
  },
  {
    rule: 'npm takes letters, digits, -, _ and . only, and before them a scope such as @acme/',
    broken: (name) => !/^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name),
  },
  { rule: 'Node has a module of that name', broken: (name) => isBuiltin(name) },
  {
    rule: 'npm keeps that name for itself',
    broken: (name) => ['node_modules', 'favicon.ico'].includes(name),
  },
]

/**
 * Checks the name of a new project.
 *
 * @param taken packages that the project itself depends on, after which it cannot be named
 * @throws PROJECT_NAME_INVALID
 */
export function checkProjectName(name: string, taken: readonly string[]): void {
  const broken = RULES.find((each) => each.broken(name))?.rule
  const rule = broken ?? (taken.includes(name) ? 'it depends on the package of that name' : undefined)
  if (rule !== undefined) throw applicationError('PROJECT_NAME_INVALID', { name: JSON.stringify(name), rule })
}
