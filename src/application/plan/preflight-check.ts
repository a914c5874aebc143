/** The check of everything before a start. It is the same for `boot`, `heartwood start` and `heartwood check`. */
import { refusalOfModule } from '../../isolation/index.js'
import { HeartwoodError } from '../../kernel/index.js'
import { adopted, createLogger, type Logger } from '../../logging/index.js'
import { accompanied, type Companion } from '../companion.js'
import type { CheckedConfig, ConfigOptions } from '../config/config.js'
import { type Problem, planError } from '../config/problems.js'
import { resolveConfig } from '../config/resolved-config.js'
import { type Plan, planned } from './plan.js'

/** The result of the check. */
export interface Examination {
  /** The configuration, checked. */
  readonly config: CheckedConfig
  /** The configuration with its companions, such as the observer. */
  readonly accompanied: CheckedConfig
  readonly logger: Logger
  readonly plan: Plan
}

/** The options of the check. */
export interface ExaminationOptions {
  readonly logger?: Logger | undefined
  readonly companions?: readonly Companion[] | undefined
  /** As of `planned`. Default false. */
  readonly initialisers?: boolean | undefined
}

/**
 * Checks a configuration, its companions and the whole plan. Nothing is started.
 *
 * @throws the errors of `resolveConfig`; PLAN_INVALID, or the error of a single problem
 */
export async function examined(
  config: ConfigOptions,
  options: ExaminationOptions = {},
): Promise<Examination> {
  return examine(await resolveConfig(config), options)
}

/** Does the same for a configuration that is resolved, or that is an outline. @throws PLAN_INVALID, or the error of a single problem */
export async function examine(alone: CheckedConfig, options: ExaminationOptions = {}): Promise<Examination> {
  const { companions, initialisers = false } = options
  const logger = options.logger === undefined ? createLogger(alone.log) : adopted(options.logger)
  const problems: Problem[] = []
  const whole = await accompanied(alone, logger, companions).catch((error: unknown) => {
    if (!HeartwoodError.is(error)) throw error
    problems.push({ path: '', error })
    return alone
  })
  const plan = planned(whole, initialisers)
  problems.push(...plan.problems, ...(await unexported(plan)))
  if (problems.length > 0) throw planError(problems)
  return { config: alone, accompanied: whole, logger, plan }
}

/** The problems of isolated classes that their modules do not export, so that the other side would not find them. */
async function unexported({ isolated }: Plan): Promise<readonly Problem[]> {
  const looks = isolated.map(async ({ path, Class }) => ({ path, error: await refusalOfModule(Class) }))
  return (await Promise.all(looks)).filter((each): each is Problem => each.error !== undefined)
}
