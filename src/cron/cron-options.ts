import { type Mistake, type Rule, type Rules, rules } from '../kernel/index.js'
import { isZone, problemOfExpression } from './cron-times.js'
import type { FiringPolicy } from './firing-plan.js'

/** The options of a schedule. */
export interface CronOptions {
  /** The time zone of the expression, such as `'Europe/Berlin'`. Default `'UTC'`, because the zone of the machine may differ from node to node. */
  readonly zone?: string | undefined
  /** The name among the schedules of the cluster, at most 100 characters. Default the class and the method. */
  readonly name?: string | undefined
  /**
   * What happens to firings that no node did in time: `'skip'`: they are left out; `'once'`, the default: one run stands for all of them; `'all'`: each is run,
   * one after the other, at most the newest 100. The log reports them in each case.
   */
  readonly misfire?: 'skip' | 'once' | 'all' | undefined
  /** What happens to firings while the previous run still runs: `'skip'`, the default: they are left out; `'wait'`: the latest is run when the previous run is over. */
  readonly overlap?: 'skip' | 'wait' | undefined
  /** What happens to a firing whose node ended during the run: `'skip'`, the default: it starts at most once; `'again'`: another node starts it again, at most three times. */
  readonly unfinished?: 'skip' | 'again' | undefined
  /** Milliseconds by which a firing may be late and still counts as on time. Default 60,000. */
  readonly grace?: number | undefined
  /** Milliseconds that a run may take. After that its signal fires, and its process is killed. Default `Infinity`. */
  readonly timeout?: number | undefined
  /**
   * The cluster in which it fires once. Default: the cluster of the program, if it is a node of one, else the program alone. With a name it fires only in that cluster;
   * with `false` it fires in each program.
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
