/** The small mistakes that can be planted in a source file, found in its syntax tree. */
import { parseSync } from 'vite'

/** A stretch of the text. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** What stands in place of a stretch: text of its own, and stretches of the old text, which can hold other mistakes. */
export type Pieces = readonly (string | Range)[]

/** One mistake: the text from `start` to `end` is replaced. */
export interface Mutation extends Range {
  readonly replacement: string
  /** The stretch with both, the right and the wrong: `made` is the expression that chooses while the program runs. */
  readonly switched: (made: string) => Pieces
}

interface Node extends Range {
  readonly type: string
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

export interface Mutations {
  readonly mutations: readonly Mutation[]
  /** All statements that are an expression: without semicolons, one that begins with a parenthesis is a call of the line before. */
  readonly statements: readonly Range[]
}

/** All mistakes that can be planted in a file, in the order of the text. @throws Error when it cannot be parsed */
export function mutationsOf(file: string, text: string): Mutations {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`)
  const found: Mutation[] = []
  const statements: Range[] = []
  const visit = (node: Node): void => {
    if (node.type === 'ExpressionStatement') statements.push(node)
    found.push(...mistakesAt(node, text))
    for (const child of childrenOf(node)) visit(child)
  }
  visit(program as unknown as Node)
  return { mutations: found.sort((a, b) => a.start - b.start || b.end - a.end), statements }
}

/** What no compiler takes is no mistake that a test could notice. */
export function compiles(file: string, text: string): boolean {
  return parseSync(file, text).errors.length === 0
}

/** The text with the mistake in it. */
export function mutated(text: string, { start, end, replacement }: Mutation): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function childrenOf(node: Node): Node[] {
  return Object.entries(node)
    .filter(([key]) => !isName(node, key))
    .flatMap(([, value]) => value)
    .filter(isNode)
    .filter(({ type }) => !type.startsWith('TS') || WITH_CODE.has(type))
}

/** `1` in `{ 1: 'one' }` is a name, and no value. */
function isName(node: Node, key: string): boolean {
  return key === 'key' && node.computed !== true
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function mistakesAt(node: Node, text: string): Mutation[] {
  const own = text.slice(node.start, node.end)
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
      return [
        chosen(
          node,
          own,
          own.replace(/\+\+|--/, (it) => MISTAKEN[it] as string),
        ),
      ]
    case 'ExpressionStatement':
      // Directives, and what a constructor must call first, are no statements that can be forgotten.
      if (typeof node.directive === 'string' || own.startsWith('super(')) return []
      return [forgotten(node)]
    case 'Literal':
      if (typeof node.value === 'boolean') return [chosen(node, own, String(!node.value))]
      if (typeof node.value === 'number') return [chosen(node, own, `(${own} + 1)`)]
      return []
    case 'ReturnStatement':
      // Nothing can be returned in place of nothing.
      return own === 'return' || own === 'return undefined' ? [] : [unreturned(node, node.argument as Node)]
    default:
      return []
  }
}

function chosen({ start, end }: Range, own: string, replacement: string): Mutation {
  return { start, end, replacement, switched: (made) => [`(${made} ? ${replacement} : ${own})`] }
}

function negated({ start, end }: Range, text: string): Mutation {
  const test = { start, end }
  return {
    start,
    end,
    replacement: `!(${text.slice(start, end)})`,
    switched: (made) => [`(${made} ? !(`, test, ') : (', test, '))'],
  }
}

function forgotten({ start, end }: Range): Mutation {
  const statement = { start, end }
  return { start, end, replacement: ';', switched: (made) => [`{ if (!${made}) { `, statement, ' } }'] }
}

function unreturned({ start, end }: Range, argument: Range): Mutation {
  return {
    start,
    end,
    replacement: 'return undefined',
    switched: (made) => [
      `return (${made} ? undefined : (`,
      { start: argument.start, end: argument.end },
      '))',
    ],
  }
}

function swapped({ type, start, end, operator }: Node, left: Node, right: Node, text: string): Mutation[] {
  const own = operator as string
  const mistaken = MISTAKEN[own]
  const at = text.indexOf(own, left.end)
  if (mistaken === undefined || at < 0 || at >= right.start) return []
  const [a, b] = [left, right].map((side) => ({ start: side.start, end: side.end })) as [Range, Range]
  // What is assigned to keeps its form.
  const [open, close] = type === 'AssignmentExpression' ? ['', ''] : ['(', ')']
  const of = (it: string): Pieces => [open, a, `${close} ${it} (`, b, ')']
  return [
    {
      start,
      end,
      replacement: text.slice(start, at) + mistaken + text.slice(at + own.length, end),
      switched: (made) => [`(${made} ? `, ...of(mistaken), ' : ', ...of(own), ')'],
    },
  ]
}
