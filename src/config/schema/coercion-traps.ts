/** Mistakes of JavaScript's conversions, as in `z.coerce`: texts that a schema converts into an unintended value. */
import { valueAt } from '../../genserver/index.js'
import { isSection } from '../settings-path.js'
import type { IssueContext, SettingsProblem } from './schema-issues.js'

/** Texts that mean false. */
const NO = /^\s*(false|no|off|0|n|f)\s*$/i

/** The problems of converted values: an empty text that became 0, and a text such as "no" that became true. */
export function coercionProblems(output: unknown, context: IssueContext): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = []
  const look = (value: unknown, path: readonly string[]): void => {
    if (isSection(value)) for (const [key, held] of Object.entries(value)) look(held, [...path, key])
    if (typeof value !== 'string') return
    const made = valueAt(output, path)
    const { place, key } = context.originOf(path)
    const say = (words: string): void => {
      problems.push({ place, key, message: `${place}: ${key} ${words}` })
    }
    if (made === 0 && value.trim() === '')
      say('is empty, which the schema makes the number 0; expected a number. Leave it out for the default')
    if (made === true && NO.test(value))
      say(
        `is ${context.redactor.value(value, path)}, which the schema makes true, as Boolean() does with every text; expected a rule that reads the words, such as z.stringbool()`,
      )
  }
  look(context.input, [])
  return problems
}
