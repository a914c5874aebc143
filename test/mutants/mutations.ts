/** The small mistakes that can be planted in a source file, found in its syntax tree. */
import { parseSync } from 'vite'

/** One mistake: the text from `start` to `end` is replaced. */
export interface Mutation {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** Each operator, and what it is taken for. */
const MISTAKEN: Record<string, string> = {
  '===': '!==',
  '!==': '===',
  '==': '!=',
  '!=': '==',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '++': '--',
  '--': '++',
  '+=': '-=',
  '-=': '+=',
}

/** Of TypeScript's own syntax these hold code; everything else is types. */
const WITH_CODE = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression'])

/** All mistakes that can be planted in a file, in the order of the text. @throws Error when it cannot be parsed */
export function mutationsOf(file: string, text: string): Mutation[] {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Mutation[] = []
  const visit = (node: Node): void => {
    found.push(...mistakesAt(node, text))
    for (const child of childrenOf(node)) visit(child)
  }
  visit(program as unknown as Node)
  return found.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The text with the mistake in it. */
export function mutated(text: string, { start, end, replacement }: Mutation): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter(isNode)
    .filter(({ type }) => !type.startsWith('TS') || WITH_CODE.has(type))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function mistakesAt(node: Node, text: string): Mutation[] {
  const { start, end } = node
  const own = text.slice(start, end)
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      return [negated(node.test as Node, text)]
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return swapped(node, node.left as Node, node.right as Node, text)
    case 'UpdateExpression':
      return [{ start, end, replacement: own.replace(/\+\+|--/, (it) => MISTAKEN[it] as string) }]
    case 'ExpressionStatement':
      // Directives, and what a constructor must call first, are no statements that can be forgotten.
      if (node.directive !== undefined || own.startsWith('super(')) return []
      return [{ start, end, replacement: ';' }]
    case 'Literal':
      if (typeof node.value === 'boolean') return [{ start, end, replacement: String(!node.value) }]
      if (typeof node.value === 'number') return [{ start, end, replacement: `(${own} + 1)` }]
      return []
    case 'ReturnStatement':
      return node.argument === null ? [] : [{ start, end, replacement: 'return undefined' }]
    default:
      return []
  }
}

function negated({ start, end }: Node, text: string): Mutation {
  return { start, end, replacement: `!(${text.slice(start, end)})` }
}

function swapped({ operator }: Node, left: Node, right: Node, text: string): Mutation[] {
  const mistaken = MISTAKEN[operator as string]
  const at = text.indexOf(operator as string, left.end)
  if (mistaken === undefined || at < 0 || at >= right.start) return []
  return [{ start: at, end: at + (operator as string).length, replacement: mistaken }]
}
