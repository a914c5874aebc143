import { Cron } from 'croner'

/** How often it looks further ahead when there are more instants than it lists. */
const MOST_JUMPS = 8

/** The instants of a cron expression in a time zone, in milliseconds since 1970. The expression is read by `croner`. */
export class CronTimes {
  readonly #cron: Cron

  /** @throws what `problemOf` tells */
  constructor(
    readonly expression: string,
    readonly zone: string,
  ) {
    this.#cron = new Cron(expression, { timezone: zone, paused: true })
  }

  /** The first instant after this one; undefined where there is none any more. */
  next(after: number): number | undefined {
    return this.#cron.nextRun(new Date(after))?.getTime()
  }

  /** The instants after one and up to another; where there are more than `most`, the newest of them. */
  between(after: number, until: number, most: number): { instants: number[]; isAll: boolean } {
    let from = after
    for (let jumps = 0; ; jumps++) {
      const instants = this.#list(from, until, most)
      const last = instants.at(-1)
      const next = last === undefined ? undefined : this.next(last)
      if (last === undefined || next === undefined || next > until || jumps === MOST_JUMPS)
        return { instants, isAll: jumps === 0 }
      // About half of those that fit remain after the jump: they are not evenly spread.
      const pace = (last - from) / instants.length
      from = Math.max(last, until - (pace * most) / 2)
    }
  }

  #list(after: number, until: number, most: number): number[] {
    const instants: number[] = []
    for (
      let at = this.next(after);
      at !== undefined && at <= until && instants.length < most;
      at = this.next(at)
    )
      instants.push(at)
    return instants
  }
}

/** Characters of an expression. */
const LONGEST = 200

/** Why an expression cannot be used; undefined for one that can. */
export function problemOfExpression(expression: unknown): string | undefined {
  if (typeof expression !== 'string' || expression.length > LONGEST)
    return `a text of at most ${LONGEST} characters is taken`
  // `croner` takes a date as well, for something that happens once.
  if (/^\d{4}-\d/.test(expression)) return 'it is a date'
  try {
    if (new CronTimes(expression, 'UTC').next(0) === undefined) return 'there is no such day'
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'it cannot be read'
  }
}

/** Whether it names a time zone that this Node knows. */
export function isZone(zone: unknown): boolean {
  if (typeof zone !== 'string' || zone === '') return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
