/** The keys and types of settings, read from their JSON Schema. */
import { Secret } from '../../kernel/index.js'
import { isSection, type Section } from '../settings-path.js'
import { looseJsonSchemaOf } from './standard-json-schema.js'
import type { StandardSchema } from './standard-schema.js'

/** The most parts of a schema that are read for one value, since a schema may refer to itself. */
const MOST = 200
/** The deepest level of sections in a stand-in. */
const DEEPEST = 20

/** The keywords that describe the keys of an object, and those that describe its value otherwise. */
const KEYS = ['properties', 'additionalProperties', 'patternProperties']
const OTHERS = [
  'type',
  'items',
  'prefixItems',
  '$ref',
  'anyOf',
  'oneOf',
  'allOf',
  'enum',
  'const',
  'not',
  'if',
]

export class Shape {
  constructor(private readonly root: Section) {}

  /** The shape of the values in the sources; `undefined` if the schema does not describe it. */
  static ofInput(schema: StandardSchema): Shape | undefined {
    const root = looseJsonSchemaOf(schema, 'input')
    return root === undefined ? undefined : new Shape(root)
  }

  /** The shape of the validated value; `undefined` if the schema does not describe it. */
  static ofOutput(schema: StandardSchema): Shape | undefined {
    const root = looseJsonSchemaOf(schema, 'output')
    return root === undefined ? undefined : new Shape(root)
  }

  /** The keys that the schema lists in the section at a path. */
  keysAt(path: readonly string[]): readonly string[] {
    return [...new Set(this.at(path).flatMap((node) => Object.keys(sectionOf(node.properties))))]
  }

  /** Whether a key may exist in the section at a path: the schema lists it, or allows any key there. */
  allows(path: readonly string[], key: string): boolean {
    const nodes = this.at(path)
    const sections = nodes.filter((node) => KEYS.some((word) => word in node))
    // If the schema has no section here, its own validation refuses the value. A schema that allows anything allows any key.
    if (sections.length === 0 || nodes.some(isOpen)) return true
    return sections.some((node) => below(node, key) !== undefined)
  }

  /** The first of some paths whose key cannot exist; `undefined` if all can. */
  firstUnknown(paths: readonly string[]): string | undefined {
    return paths.find((path) => {
      const steps = path.split('.')
      return !this.allows(steps.slice(0, -1), steps.at(-1) as string)
    })
  }

  /** Values of the right type for all required keys: defaults, or empty values such as 0. Secrets are wrapped in `Secret`. */
  standIn(secrets: readonly string[]): unknown {
    return this.#standIn(this.root, '', secrets, 0)
  }

  #standIn(node: unknown, path: string, secrets: readonly string[], depth: number): unknown {
    const value = this.#sample(node, path, secrets, depth)
    return secrets.includes(path) && value !== undefined ? new Secret(value) : value
  }

  #sample(given: unknown, path: string, secrets: readonly string[], depth: number): unknown {
    if (!isSection(given) || depth > DEEPEST) return undefined
    const nodes = this.#expanded([given])
    for (const word of ['default', 'const'] as const) {
      const node = nodes.find((each) => word in each && !isSection(each[word]))
      if (node !== undefined) return node[word]
    }
    const listed = nodes.find(({ enum: values }) => Array.isArray(values))?.enum as unknown[] | undefined
    if (listed !== undefined) return listed[0]
    // The first member of a union; all members of an intersection.
    const parts = this.#parts(given)
    if (parts.some(({ properties }) => isSection(properties))) {
      const section: [string, unknown][] = []
      for (const { properties, required } of parts) {
        for (const [key, each] of Object.entries(sectionOf(properties))) {
          const isNeeded = Array.isArray(required) && required.includes(key)
          const named = path === '' ? key : `${path}.${key}`
          if (isNeeded || (isSection(each) && 'default' in each))
            section.push([key, this.#standIn(each, named, secrets, depth + 1)])
        }
      }
      return Object.fromEntries(section)
    }
    return plainSample(parts.find(({ type }) => type !== undefined))
  }

  /** A schema and the schemas that it refers to; of a union the first member. */
  #parts(node: Section): readonly Section[] {
    const found: Section[] = []
    const open: unknown[] = [node]
    while (open.length > 0 && found.length < MOST) {
      const next = open.shift()
      if (!isSection(next)) continue
      found.push(next)
      open.push(this.#referred(next), ...listOf(next.allOf), listOf(next.anyOf)[0], listOf(next.oneOf)[0])
    }
    return found
  }

  /** The schemas for the value at a path. */
  at(path: readonly string[]): readonly Section[] {
    let nodes = this.#expanded([this.root])
    for (const key of path) nodes = this.#expanded(nodes.map((node) => below(node, key)))
    return nodes
  }

  /** Schemas and all schemas that they contain or refer to. */
  #expanded(schemas: readonly unknown[]): readonly Section[] {
    const found = new Set<Section>()
    const open = [...schemas]
    while (open.length > 0 && found.size < MOST) {
      const next = open.pop()
      // The schema `true` allows anything.
      const node = next === true ? {} : next
      if (!isSection(node) || found.has(node)) continue
      found.add(node)
      open.push(this.#referred(node), ...listOf(node.anyOf), ...listOf(node.oneOf), ...listOf(node.allOf))
    }
    return [...found]
  }

  #referred({ $ref }: Section): unknown {
    if (typeof $ref !== 'string' || !$ref.startsWith('#')) return undefined
    const steps = $ref.slice(1).split('/').slice(1)
    return steps.reduce<unknown>((at, step) => {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
      return isSection(at) || Array.isArray(at) ? (at as Section)[key] : undefined
    }, this.root)
  }
}

/** The schema of the value under a key; `undefined` if the key cannot exist. */
function below(node: Section, key: string): unknown {
  const { properties, patternProperties, additionalProperties, items, prefixItems } = node
  const named = sectionOf(properties)
  if (Object.hasOwn(named, key)) return named[key]
  // Whether the key matches the pattern is left to the validation.
  const [byPattern] = Object.values(sectionOf(patternProperties))
  if (byPattern !== undefined) return byPattern
  if (/^\d+$/.test(key)) {
    const item = listOf(prefixItems)[Number(key)] ?? items
    if (item !== undefined) return item
  }
  if (isOpen(node)) return {}
  return additionalProperties === false ? undefined : additionalProperties
}

/** Whether a schema allows anything, since it does not restrict its keys. */
function isOpen(node: Section): boolean {
  return ![...KEYS, ...(node.type === 'object' ? [] : OTHERS)].some((word) => word in node)
}

function plainSample(node: Section | undefined): unknown {
  const type = listOf(node?.type)[0] ?? node?.type
  switch (type) {
    case 'string':
      return node?.format === 'uri' ? 'http://stand.in/' : 'stand-in'
    case 'number':
    case 'integer':
      return typeof node?.minimum === 'number' && node.minimum > 0 ? node.minimum : 0
    case 'boolean':
      return false
    case 'array':
      return []
    case 'object':
      return {}
    case 'null':
      return null
    default:
      return undefined
  }
}

function sectionOf(value: unknown): Section {
  return isSection(value) ? value : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
