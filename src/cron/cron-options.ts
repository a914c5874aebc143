import { type Mistake, type Rule, type Rules, rules } from '../kernel/index.js'
import { isZone, problemOfExpression } from './cron-times.js'
import type { FiringPolicy } from './firing-plan.js'

/** How a schedule fires. */
export interface CronOptions {
  /** The time zone of the expression, such as `'Europe/Berlin'`. Default `'UTC'`: what a machine is set to may differ from node to node. */
  readonly zone?: string | undefined
  /** What tells it from other schedules of the cluster; 100 characters at most. Default the class and the method. */
  readonly name?: string | undefined
  /**
   * What becomes of instants that nobody fired in time: `'skip'`, they are let pass; `'once'`, the default, one run stands for all of them; `'all'`, each is run,
   * one after the other, the newest 100 at most. They are told in any case.
   */
  readonly misfire?: 'skip' | 'once' | 'all' | undefined
  /** What becomes of instants while the run before goes on: `'skip'`, the default, they are let pass; `'wait'`, the last of them is run when it is over. */
  readonly overlap?: 'skip' | 'wait' | undefined
  /**
   * What becomes of a firing whose node died over it: `'skip'`, the default, it is begun once at most; `'again'`, another node begins it again, three times at most.
   */
  readonly unfinished?: 'skip' | 'again' | undefined
  /** Milliseconds that a firing may be late, and still is on time; default 60,000. */
  readonly grace?: number | undefined
  /** Milliseconds for a run; then its signal fires, and what runs it is killed. Default `Infinity`. */
  readonly timeout?: number | undefined
  /**
   * The cluster in which it fires once. Default that which the program is a node of, if there is one, else the program alone. With a name it fires in that cluster or not
   * at all; with `false` in each program.
   */
  readonly cluster?: string | false | undefined
}

const NAME: Rule = {
  expected: 'a text of 1 to 100 characters',
  fits: (value) => typeof value === 'string' && value.length > 0 && value.length <= 100,
}

export const CRON_RULES: Rules = {
  zone: { expected: "a time zone that Node knows, such as 'Europe/Berlin'", fits: isZone },
  name: NAME,
  misfire: rules.oneOf(['skip', 'once', 'all']),
  overlap: rules.oneOf(['skip', 'wait']),
  unfinished: rules.oneOf(['skip', 'again']),
  grace: rules.finiteMilliseconds(0),
  timeout: rules.milliseconds,
  cluster: {
    expected: 'the name of a cluster, or false',
    fits: (value) => value === false || (typeof value === 'string' && /^\w{1,32}$/.test(value)),
  },
}

/** What is wrong with an expression and its options. */
export function mistakesOf(expression: unknown, options: unknown): Mistake[] {
  const mistakes: Mistake[] = rules.isRecord(options)
    ? [...rules.mistakesIn(options, CRON_RULES)]
    : [{ field: 'its options', value: options, expected: 'an object of options' }]
  const problem = problemOfExpression(expression)
  if (problem !== undefined) {
    const value = `${rules.shownValue(expression)}: ${problem}`
    const expected = 'a cron expression, such as "*/5 * * * *"'
    mistakes.unshift({ field: 'the expression', value, expected, said: true })
  }
  return mistakes
}

export function policyOf(options: CronOptions): FiringPolicy {
  const { misfire = 'once', overlap = 'skip', unfinished = 'skip', grace = 60_000 } = options
  return { misfire, overlap, unfinished, grace }
}
