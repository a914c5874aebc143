/** What a tool is: its words for whoever chooses one, what it takes, and what it does. */
import type { ObserverClient } from '../application/index.js'
import { type Rule, type Rules, rules } from '../kernel/index.js'
import type { Facts } from './answer.js'
import { mcpError } from './errors.js'

/** What one argument must be, for the check and for whoever is told. */
export interface Parameter {
  readonly rule: Rule
  readonly schema: Facts
  readonly required?: boolean
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: Readonly<Record<string, Parameter>>
  /** Whether it changes something; else it only looks. */
  readonly acts: boolean
  run(observer: ObserverClient, given: Arguments): Promise<string>
}

/** Arguments that have been checked. */
export class Arguments {
  constructor(private readonly given: Facts) {}

  text(name: string): string | undefined {
    return this.given[name] as string | undefined
  }

  number(name: string): number | undefined {
    return this.given[name] as number | undefined
  }

  /** One that is required. */
  needed(name: string): string {
    return String(this.given[name])
  }

  /** As they are, with some in place of others: what asks for the next page. */
  with(others: Facts): Facts {
    return { ...this.given, ...others }
  }
}

export function text(description: string, example?: string): Parameter {
  const examples = example === undefined ? {} : { examples: [example] }
  return { rule: rules.text, schema: { type: 'string', description, ...examples } }
}

export function word(description: string, words: readonly string[]): Parameter {
  return { rule: rules.oneOf(words), schema: { type: 'string', enum: words, description } }
}

export function whole(description: string, minimum: number, maximum: number): Parameter {
  return {
    rule: rules.wholeNumber(minimum, maximum),
    schema: { type: 'integer', minimum, maximum, description },
  }
}

export function required(parameter: Parameter): Parameter {
  return { ...parameter, required: true }
}

export const PROCESS = required(text('Its pid or its registered name, as the other tools tell it.', '0.12'))

/** The JSON Schema of what a tool takes. */
export function schemaOf({ parameters }: Tool) {
  const names = Object.keys(parameters)
  return {
    type: 'object' as const,
    properties: Object.fromEntries(names.map((name) => [name, parameters[name]?.schema ?? {}])),
    required: names.filter((name) => parameters[name]?.required === true),
    additionalProperties: false,
  }
}

/** @throws MCP_ARGUMENTS, with all that is wrong */
export function checkedArguments({ name, parameters }: Tool, given: unknown): Arguments {
  const known: Rules = Object.fromEntries(Object.entries(parameters).map(([key, { rule }]) => [key, rule]))
  const needed = Object.keys(parameters).filter((key) => parameters[key]?.required === true)
  const facts = given ?? {}
  if (!rules.isRecord(facts))
    throw mcpError('MCP_ARGUMENTS', { tool: name, problems: 'its arguments must be an object' })
  const mistakes = rules.mistakesIn(facts, known, { required: needed })
  if (mistakes.length === 0) return new Arguments(facts)
  throw mcpError('MCP_ARGUMENTS', { tool: name, ...rules.mistakeDetails(mistakes) })
}
