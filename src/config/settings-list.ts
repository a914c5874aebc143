/** The settings in force as lists for tools: each value with its source, and secrets redacted. */
import { valueAt } from '../genserver/index.js'
import { REDACTED, Secret } from '../kernel/index.js'
import type { ReadSettings } from './read-settings.js'
import { isSecretKey, Redactor } from './redactor.js'
import type { SettingOrigin } from './sources/settings-source.js'

/** One setting in such a list. */
export interface ListedSetting extends Omit<SettingOrigin, 'path'> {
  readonly key: string
  readonly value: unknown
  readonly secret: boolean
}

export function listSettings({ value, origins, secrets }: ReadSettings): readonly ListedSetting[] {
  const shown = new Redactor(value, secrets).shown(value)
  return origins.map(({ path, ...origin }) => {
    const held = valueAt(value, path)
    const secret = held instanceof Secret || isSecretKey(path, secrets)
    const told = { key: path.join('.'), value: valueAt(shown, path) }
    return { ...told, secret: secret || told.value === REDACTED, ...origin }
  })
}
