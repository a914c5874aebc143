/** `heartwood check` and `heartwood tree`: what can be said of a config module without starting anything. */
import { oneLine } from '../../kernel/index.js'
import type { Accompaniment } from '../boot-options.js'
import { loadConfig } from '../config-module.js'
import { drawing } from '../drawing.js'
import { examined } from '../examination.js'
import { planOf } from '../plan.js'
import { problemLine } from '../problems.js'
import { whileLoading } from './loading.js'
import { nestedJson } from './nested-json.js'

/** What a check may be told. */
interface CheckOptions extends Accompaniment {
  readonly json: boolean
  /** The name of the environment. */
  readonly environment?: string | undefined
}

/** Checks all that `heartwood start` checks, and throws what is wrong. What is only worth a look comes before the result. */
export async function check(path: string, { json, environment, companions }: CheckOptions): Promise<string> {
  const examination = loadConfig(path, { environment }).then((config) => examined(config, { companions }))
  const { config, plan } = await whileLoading(path, json, examination)
  if (json) {
    const warnings = plan.warnings.map(({ path, error: { code, message } }) => ({ path, code, message }))
    return `${JSON.stringify({ ok: true, problems: [], warnings })}\n`
  }
  const warnings = plan.warnings.map((each) => `warning: ${problemLine(each)}\n`).join('')
  return `${warnings}${path}: ok (${config.applications.map(({ name }) => oneLine(name)).join(', ')})\n`
}

/** Draws the tree; its problems, if it has any, are for `check`. */
export async function tree(path: string, json: boolean, environment?: string): Promise<string> {
  const plan = planOf(await whileLoading(path, json, loadConfig(path, { environment })))
  return json ? `${nestedJson(plan.applications)}\n` : drawing(plan)
}
