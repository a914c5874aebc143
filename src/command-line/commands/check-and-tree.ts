/** `heartwood check` and `heartwood tree`: what can be said of a config module without starting anything. */

import { resolve } from 'node:path'
import {
  type Accompaniment,
  drawing,
  examine,
  importConfig,
  type LoadOptions,
  loadConfig,
  outlineOf,
  planned,
  problemLine,
} from '../../application/index.js'
import { oneLine } from '../../kernel/index.js'
import { whileLoading } from '../console/load-failures.js'
import { nestedJson } from '../console/nested-json.js'

/** Where a command has the settings from. */
export type Sources = Pick<LoadOptions, 'environment' | 'overrides'>

/** What a check may be told. */
interface CheckOptions extends Accompaniment {
  readonly json: boolean
  readonly sources: Sources
  /** Reads no settings: for where their values are not, as on a machine that only builds. */
  readonly withoutValues: boolean
}

/** Checks all that `heartwood start` checks, and throws what is wrong. What is only worth a look comes before the result. */
export async function check(path: string, options: CheckOptions): Promise<string> {
  const { json, sources, withoutValues, companions } = options
  const loading = withoutValues
    ? importConfig(resolve(path), path).then((written) => outlineOf(written, { ...sources, file: path }))
    : loadConfig(path, sources)
  const examination = loading.then((config) => examine(config, { companions, initialisers: true }))
  const { config, plan } = await whileLoading(path, json, examination)
  if (json) {
    const warnings = plan.warnings.map(({ path, error: { code, message } }) => ({ path, code, message }))
    return `${JSON.stringify({ ok: true, problems: [], warnings })}\n`
  }
  const warnings = plan.warnings.map((each) => `warning: ${problemLine(each)}\n`).join('')
  const names = config.applications.map(({ name }) => oneLine(name)).join(', ')
  const what = `ok${names === '' ? '' : ` (${names})`}${withoutValues ? ', without the values of its settings' : ''}`
  return `${warnings}${path}: ${what}\n`
}

/** Draws the tree; its problems, if it has any, are for `check`. */
export async function tree(path: string, json: boolean, sources: Sources): Promise<string> {
  const plan = planned(await whileLoading(path, json, loadConfig(path, sources)), false)
  return json ? `${nestedJson(plan.applications)}\n` : drawing(plan)
}
