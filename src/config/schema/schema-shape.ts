/** What a JSON Schema says of the keys of settings. */
import { Secret } from '../../kernel/index.js'
import { isSection, type Section } from '../settings-path.js'
import { looseJsonSchemaOf } from './standard-json-schema.js'
import type { StandardSchema } from './standard-schema.js'

/** Parts of a schema that are looked at for one value: a schema may refer to itself. */
const MOST = 200
/** Sections within sections that a stand-in has. */
const DEEPEST = 20

/** Words of a schema that say which keys there are, and others that say what it must be. */
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

  /** What may stand in the sources; undefined where the schema does not say. */
  static ofInput(schema: StandardSchema): Shape | undefined {
    const root = looseJsonSchemaOf(schema, 'input')
    return root === undefined ? undefined : new Shape(root)
  }

  /** What the schema makes of it; undefined where the schema does not say. */
  static ofOutput(schema: StandardSchema): Shape | undefined {
    const root = looseJsonSchemaOf(schema, 'output')
    return root === undefined ? undefined : new Shape(root)
  }

  /** The keys that are named in the section at a path. */
  keysAt(path: readonly string[]): readonly string[] {
    return [...new Set(this.at(path).flatMap((node) => Object.keys(sectionOf(node.properties))))]
  }

  /** Whether a key may be in the section at a path: it is named there, or any may be. */
  allows(path: readonly string[], key: string): boolean {
    const nodes = this.at(path)
    const sections = nodes.filter((node) => KEYS.some((word) => word in node))
    // What is no section there is for the schema to refuse, and what may be anything has any key.
    if (sections.length === 0 || nodes.some(isOpen)) return true
    return sections.some((node) => below(node, key) !== undefined)
  }

  /** A key of settings that there cannot be, among some; undefined where there is none. */
  firstUnknown(paths: readonly string[]): string | undefined {
    return paths.find((path) => {
      const steps = path.split('.')
      return !this.allows(steps.slice(0, -1), steps.at(-1) as string)
    })
  }

  /** Values of the right kind for all that must be there: defaults, or what stands for nothing. Secrets are `Secret`s. */
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
    // Of a union the first member; what all of an intersection have.
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

  /** A schema with what it refers to, of a union the first member. */
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

  /** The schemas of what stands at a path. */
  at(path: readonly string[]): readonly Section[] {
    let nodes = this.#expanded([this.root])
    for (const key of path) nodes = this.#expanded(nodes.map((node) => below(node, key)))
    return nodes
  }

  /** Schemas with all that they are made of, and what they refer to. */
  #expanded(schemas: readonly unknown[]): readonly Section[] {
    const found = new Set<Section>()
    const open = [...schemas]
    while (open.length > 0 && found.size < MOST) {
      const next = open.pop()
      // `true` is the schema of anything.
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

/** The schema of what stands under a key; undefined where there cannot be such a key. */
function below(node: Section, key: string): unknown {
  const { properties, patternProperties, additionalProperties, items, prefixItems } = node
  const named = sectionOf(properties)
  if (Object.hasOwn(named, key)) return named[key]
  // Whether it fits the pattern is for the schema to say.
  const [byPattern] = Object.values(sectionOf(patternProperties))
  if (byPattern !== undefined) return byPattern
  if (/^\d+$/.test(key)) {
    const item = listOf(prefixItems)[Number(key)] ?? items
    if (item !== undefined) return item
  }
  if (isOpen(node)) return {}
  return additionalProperties === false ? undefined : additionalProperties
}

/** Whether it may be anything: nothing is said of its keys. */
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
