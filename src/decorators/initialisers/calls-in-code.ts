/** The calls in the code of a class or a function, and whether they are made whenever an instance is. */
import type { AnyNode, Class, Expression, SpreadElement, Super } from 'acorn'
import { type ParsedCode, parsedCode } from './parsed-code.js'

/** One call, `module.name(…)`. */
export interface Call {
  readonly callee: readonly string[]
  readonly given: readonly (Expression | SpreadElement)[]
  /** The code between its parentheses. */
  readonly text: string
  /** Made for each instance; else in a condition, or when a function is called. */
  readonly certain: boolean
  /** In a function inside, which may never be called. */
  readonly nested: boolean
  /** Where it stands in a class, for messages: `field "store"`. */
  readonly place: string
}

/** What is known of the code around a node. */
type Around = Pick<Call, 'certain' | 'nested' | 'place'>

/** The calls in a function's own code, or in what a class runs for an instance; text instead: why that cannot be read. */
export function callsIn(code: object): readonly Call[] | string {
  const parsed = parsedCode(code)
  return typeof parsed === 'string' ? parsed : new CallSearch(parsed).calls()
}

/** The names of `module.name`, also as compilers write it: `(0, module.name)`. Undefined for all other code. */
export function pathOf(node: AnyNode): readonly string[] | undefined {
  switch (node.type) {
    case 'Identifier':
      return [node.name]
    case 'ChainExpression':
      return pathOf(node.expression)
    case 'SequenceExpression':
      return pathOf(node.expressions.at(-1) as Expression)
    case 'MemberExpression': {
      const [holder, name] = [pathOf(node.object), nameOf(node.property, node.computed)]
      return holder === undefined || name === undefined ? undefined : [...holder, name]
    }
    default:
      return undefined
  }
}

/** The name of a property as it is written, if it is not computed. */
export function nameOf(key: AnyNode, computed: boolean): string | undefined {
  if (key.type === 'Literal') return String(key.value)
  if (computed) return undefined
  if (key.type === 'PrivateIdentifier') return `#${key.name}`
  return key.type === 'Identifier' ? key.name : undefined
}

class CallSearch {
  readonly #calls: Call[] = []

  constructor(private readonly code: ParsedCode) {}

  calls(): readonly Call[] {
    const { root } = this.code
    if (root.type === 'ClassExpression') this.#inClass(root)
    else this.#inside(root, { certain: true, nested: false, place: 'its code' })
    return this.#calls
  }

  /** What is static belongs to the class, and so do names of members that are computed. */
  #inClass({ body }: Class): void {
    for (const member of body.body) {
      if (member.type === 'StaticBlock' || member.static || member.value == null) continue
      const { type, key, computed, value } = member
      const name = nameOf(key, computed) ?? this.code.textOf(key)
      if (type === 'PropertyDefinition')
        this.#at(value, { certain: true, nested: false, place: `field "${name}"` })
      else if (member.kind === 'constructor')
        this.#inside(value, { certain: true, nested: false, place: 'its constructor' })
      else this.#at(value, { certain: true, nested: false, place: `method "${name}"` })
    }
  }

  #at(node: AnyNode, around: Around): void {
    const maybe = { ...around, certain: false }
    switch (node.type) {
      case 'CallExpression':
      case 'NewExpression':
        this.#call(node.callee, node.arguments, around)
        return
      case 'AssignmentExpression': {
        const isSure = !/^(?:\?\?|&&|\|\|)=$/.test(node.operator)
        this.#at(node.left, around)
        this.#at(node.right, fieldSet(node.left, isSure ? around : maybe))
        return
      }
      case 'IfStatement':
      case 'ConditionalExpression':
        this.#at(node.test, around)
        this.#at(node.consequent, maybe)
        if (node.alternate) this.#at(node.alternate, maybe)
        return
      case 'LogicalExpression':
        this.#at(node.left, around)
        this.#at(node.right, maybe)
        return
      case 'FunctionExpression':
      case 'FunctionDeclaration':
      case 'ArrowFunctionExpression':
      case 'ClassExpression':
      case 'ClassDeclaration':
        this.#inside(node, { ...maybe, nested: true })
        return
      default:
        this.#inside(node, MAY_NOT_RUN.has(node.type) ? maybe : around)
    }
  }

  #inside(node: AnyNode, around: Around): void {
    for (const child of childrenOf(node)) this.#at(child, around)
  }

  #call(callee: Expression | Super, given: Call['given'], around: Around): void {
    const path = pathOf(callee)
    const [first, last] = [given[0], given.at(-1)]
    const text = first && last ? this.code.source.slice(first.start, last.end) : ''
    if (path !== undefined) this.#calls.push({ ...around, callee: path, given, text })
    this.#at(callee, around)
    const inner = fieldDefined(given, around)
    for (const each of given) this.#at(each, inner)
  }
}

/** What is in these runs not at all, or in part, or where a failure of it is caught. */
const MAY_NOT_RUN = new Set<AnyNode['type']>([
  'SwitchCase',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'TryStatement',
  'ChainExpression',
])

/** `this.field = …` in a constructor. */
function fieldSet(left: AnyNode, around: Around): Around {
  if (left.type !== 'MemberExpression' || left.object.type !== 'ThisExpression') return around
  return inField(nameOf(left.property, left.computed), around)
}

/** `define(this, "field", …)`, as compilers write the initialiser of a field. */
function fieldDefined([self, name]: Call['given'], around: Around): Around {
  if (self?.type !== 'ThisExpression' || name?.type !== 'Literal') return around
  return inField(String(name.value), around)
}

function inField(name: string | undefined, around: Around): Around {
  return name === undefined || around.nested ? around : { ...around, place: `field "${name}"` }
}

function childrenOf(node: AnyNode): readonly AnyNode[] {
  return Object.values(node).flat().filter(isNode)
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string'
}
