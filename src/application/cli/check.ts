/** `heartwood check` and `heartwood tree`: what can be said of a config module without starting anything. */
import { loadConfig } from '../config-module.js'
import { drawing } from '../drawing.js'
import { type Plan, planError, planOf } from '../plan.js'
import { whileLoading } from './loading.js'

/** Checks the configuration and the whole plan; throws what is wrong. */
export async function check(path: string, json: boolean, environment?: string): Promise<string> {
  const { applications, problems } = await planned(path, json, environment)
  if (problems.length > 0) throw planError(problems)
  if (json) return `${JSON.stringify({ ok: true, problems })}\n`
  return `${path}: ok (${applications.map(({ name }) => name).join(', ')})\n`
}

/** Draws the tree; its problems, if it has any, are for `check`. */
export async function tree(path: string, json: boolean, environment?: string): Promise<string> {
  const plan = await planned(path, json, environment)
  return json ? `${JSON.stringify(plan.applications, undefined, 2)}\n` : drawing(plan)
}

async function planned(path: string, json: boolean, environment: string | undefined): Promise<Plan> {
  return planOf(await whileLoading(path, json, loadConfig(path, { environment })))
}
