/** `heartwood config`: the settings in force, and where each comes from; or their schema. Nothing is started. */

import { resolve } from 'node:path'
import {
  applicationError,
  checkLog,
  declaredSettings,
  importConfig,
  partInForce,
  settingsOf,
} from '../../application/index.js'
import { jsonSchemaOf, type ListedSetting, listSettings, type ReadSettings } from '../../config/index.js'
import { oneLine, redactAlso } from '../../kernel/index.js'
import { painter, showsColours } from '../../logging/index.js'
import { whileLoading } from '../console/load-failures.js'
import type { Sources } from './check-and-tree.js'

/** The settings of a config module, as text or JSON; without a word of a secret. */
export async function settingsInForce(path: string, json: boolean, sources: Sources): Promise<string> {
  const found = await whileLoading(path, json, readFrom(path, sources))
  const { environment = '', warnings = [] } = found ?? {}
  const told = found === undefined ? [] : listSettings(found)
  if (json) {
    const faults = warnings.map(({ code, message }) => ({ path: '', code, message }))
    return `${JSON.stringify({ ok: true, environment, settings: told, warnings: faults })}\n`
  }
  const faults = warnings.map(({ code, message }) => `warning: ${message} (${code})\n`).join('')
  if (found === undefined) return `${path} has no settings\n`
  return `${faults}${table(told, environment)}`
}

/** The JSON Schema of what may stand in files of settings. */
export async function settingsSchema(path: string, json: boolean): Promise<string> {
  const written = await whileLoading(path, json, importConfig(resolve(path), path))
  const described = declaredSettings(written, path)
  if (described === undefined)
    throw applicationError('SETTINGS_ABSENT', { file: path, consequence: 'there is no schema of them' })
  const schema = jsonSchemaOf(described.options, path)
  return `${JSON.stringify(schema, undefined, json ? undefined : 2)}\n`
}

async function readFrom(path: string, sources: Sources): Promise<ReadSettings | undefined> {
  const written = await importConfig(resolve(path), path)
  const found = await settingsOf(written, { ...sources, file: path })
  // What the log hides is hidden here.
  const log = checkLog(await partInForce('log', written, found?.value, { file: path }), path)
  redactAlso(log.redact ?? [])
  return found
}

function sourceOf({ place, variable }: ListedSetting): string {
  return variable === undefined ? place : `${variable} (${place})`
}

function table(told: readonly ListedSetting[], environment: string): string {
  const paint = painter(showsColours(process.stdout))
  const rows = told.map((each) => [each.key, textOf(each), sourceOf(each)].map(oneLine))
  const [first = 0, second = 0] = [0, 1].map((column) =>
    Math.min(WIDEST, Math.max(...rows.map((row) => (row[column] ?? '').length))),
  )
  const lines = rows.map(
    ([key = '', value = '', source = '']) =>
      `${key.padEnd(first)}  ${value.padEnd(second)}  ${paint(source, 'grey')}\n`,
  )
  return `${paint(`environment: ${oneLine(environment)}`, 'bold')}\n${lines.join('')}`
}

/** Characters of a column that are kept free for it. */
const WIDEST = 50

/** A text is told apart from what is none, and from what stands for a secret, by its quotes. */
function textOf({ value, secret }: ListedSetting): string {
  return secret && typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')
}
