import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import type { SinkSettings } from './alerts/sinks.js'
import { type Maintenance, maintenanceSchema } from './maintenance.js'
import { type Target, targetSchema } from './target.js'
import { isAddressList, targetsOfAddresses, type WatchList, watchListSchema } from './watch-list.js'
import type { OperatorAccess } from './web/access.js'

/** What Pulse is told from outside. Without `targets` it watches sample services of its own. */
export interface Settings {
  readonly host: string
  readonly port: number
  /** Absolute path of the folder that holds the embedded database. */
  readonly dataFolder: string
  /** A PostgreSQL server to keep the history in, in place of the embedded database. */
  readonly databaseUrl?: string
  /** Results older than so many days are deleted. */
  readonly keepDays: number
  readonly targets?: readonly Target[]
  /** When trouble is expected, so that nobody is alerted. */
  readonly maintenance: readonly Maintenance[]
  /** Where alerts go. */
  readonly alerts: SinkSettings
  /** What the operator's view asks for; without one it is there on this machine only. */
  readonly operatorToken?: string
  /** May a visitor of the web page crash workers? */
  readonly chaos: boolean
}

/** The injection token of the {@link Settings}. */
export const SETTINGS = Symbol('pulse.settings')

/** On this machine anyone is the operator; on an open address, who has the token. */
export function operatorAccess({ host, operatorToken }: Settings): OperatorAccess {
  if (operatorToken !== undefined) return { token: operatorToken }
  return LOOPBACK.test(host) ? 'open' : 'closed'
}

/** A setting that cannot be used. The message names the place, the value and what was expected. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const PORT = 'a port from 0 to 65535 (0 takes any free one)'
const DAYS = 'a whole number of days from 1 to 36500'
const WEBHOOKS = 'http:// or https:// addresses, separated by commas'
const MAIL = 'e-mail addresses, separated by commas'
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

const environmentSchema = z.object({
  HOST: z.string().min(1, 'a host name or an IP address').default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT)
    .transform(Number)
    .pipe(z.int().max(65_535, PORT))
    .default(4000),
  PULSE_DATA: z.string().min(1, 'the path of a folder').default('./data'),
  PULSE_KEEP_DAYS: z
    .string()
    .regex(/^\d{1,5}$/, DAYS)
    .transform(Number)
    .pipe(z.int().min(1, DAYS).max(36_500, DAYS))
    .default(90),
  PULSE_TARGETS: z.string().min(1, 'the path of a JSON file, or an http:// or https:// address').optional(),
  PULSE_CHAOS: z.enum(['on', 'off'], "'on' or 'off'").optional(),
  PULSE_ALERT_STDOUT: z.enum(['on', 'off'], "'on' or 'off'").default('off'),
  PULSE_ALERT_WEBHOOKS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((url) => url !== ''))
    .pipe(z.array(z.url({ protocol: /^https?$/, error: WEBHOOKS }), WEBHOOKS))
    .default([]),
  PULSE_ALERT_WEBHOOK_SECRET: z.string().min(8, 'at least 8 characters').optional(),
  PULSE_ALERT_SMTP: z.url({ protocol: /^smtps?$/, error: 'an smtp:// or smtps:// address' }).optional(),
  PULSE_ALERT_FROM: z.email('the e-mail address that writes').default('pulse@localhost.localdomain'),
  PULSE_ALERT_TO: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((to) => to !== ''))
    .pipe(z.array(z.email(MAIL), MAIL).min(1, MAIL))
    .optional(),
  PULSE_OPERATOR_TOKEN: z.string().min(16, 'at least 16 characters').optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// address' }).optional(),
})

/** What `loadSettings` reads the world through; a test hands in its own. */
export interface Sources {
  readonly folder: string
  readonly fetch: typeof fetch
}

/**
 * Reads Pulse's settings from environment variables, and the target list they point to.
 *
 * @param environment usually `process.env`
 * @throws SettingsError naming the variable, or the file and key, with the value and what was expected
 */
export async function loadSettings(
  environment: Readonly<Record<string, string | undefined>>,
  sources: Sources = { folder: process.cwd(), fetch },
): Promise<Settings> {
  const env = parse(environmentSchema, environment, 'environment', '')
  const list = env.PULSE_TARGETS === undefined ? undefined : await loadTargets(env.PULSE_TARGETS, sources)
  return {
    host: env.HOST,
    port: env.PORT,
    dataFolder: resolve(sources.folder, env.PULSE_DATA),
    keepDays: env.PULSE_KEEP_DAYS,
    // Crashing workers is a game for one's own machine: on an open address it has to be asked for.
    chaos: env.PULSE_CHAOS === undefined ? LOOPBACK.test(env.HOST) : env.PULSE_CHAOS === 'on',
    ...(env.DATABASE_URL === undefined ? {} : { databaseUrl: env.DATABASE_URL }),
    ...(list === undefined ? {} : { targets: list.targets }),
    maintenance: list?.maintenance ?? [],
    alerts: alertSettings(env),
    ...(env.PULSE_OPERATOR_TOKEN === undefined ? {} : { operatorToken: env.PULSE_OPERATOR_TOKEN }),
  }
}

function alertSettings(env: z.output<typeof environmentSchema>): SinkSettings {
  const { PULSE_ALERT_SMTP: url, PULSE_ALERT_FROM: from, PULSE_ALERT_TO: to } = env
  if ((url === undefined) !== (to === undefined)) {
    const [given, missing] = url === undefined ? ['TO', 'SMTP'] : ['SMTP', 'TO']
    throw new SettingsError(
      `environment: PULSE_ALERT_${given} is set and PULSE_ALERT_${missing} is missing; mail needs both`,
    )
  }
  return {
    stdout: env.PULSE_ALERT_STDOUT === 'on',
    webhooks: env.PULSE_ALERT_WEBHOOKS,
    ...(env.PULSE_ALERT_WEBHOOK_SECRET !== undefined && { webhookSecret: env.PULSE_ALERT_WEBHOOK_SECRET }),
    ...(url !== undefined && to !== undefined && { smtp: { url, from, to } }),
  }
}

async function loadTargets(location: string, sources: Sources): Promise<WatchList> {
  const text = /^https?:\/\//.test(location)
    ? await download(location, sources)
    : await readFile(isAbsolute(location) ? location : resolve(sources.folder, location), 'utf8').catch(
        (cause) => {
          throw new SettingsError(`PULSE_TARGETS is "${location}", which cannot be read: ${reason(cause)}`, {
            cause,
          })
        },
      )
  if (isAddressList(text)) return parse(watchListSchema, { targets: targetsOfAddresses(text) }, location, '')
  const given = parseJson(text, location)
  return parse(watchListSchema, Array.isArray(given) ? { targets: given } : given, location, '')
}

/** A list that does not come is a start that fails: better than a monitor that watches nothing and looks well. */
const DOWNLOAD_TIMEOUT = 15_000

async function download(location: string, sources: Sources): Promise<string> {
  try {
    const response = await sources.fetch(location, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) })
    if (!response.ok) throw new Error(`the server answered ${response.status}`)
    return await response.text()
  } catch (cause) {
    throw new SettingsError(`PULSE_TARGETS is "${location}", which cannot be read: ${reason(cause)}`, {
      cause,
    })
  }
}

function parseJson(text: string, location: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SettingsError(`${location} is not JSON: ${reason(cause)}`, { cause })
  }
}

function parse<T>(schema: z.ZodType<T>, input: unknown, place: string, root: string): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `${place}: ${explain(issue, input, root)}`)
  throw new SettingsError(lines.join('\n'), { cause: result.error })
}

function explain(issue: z.core.$ZodIssue, input: unknown, root: string): string {
  const key = keyName(issue.path, root)
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys.map((name) => `"${name}"`).join(', ')
    return `${key} has an unknown key ${unknown}; expected only ${knownKeys(issue.path)}`
  }
  const value = issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown>)?.[step], input)
  if (value === undefined) return `${key} is missing; expected ${issue.message}`
  return `${key} is ${shorten(JSON.stringify(value))}; expected ${expectation(issue)}`
}

function knownKeys([section]: readonly PropertyKey[]): string {
  if (section === 'targets') return Object.keys(targetSchema.shape).join(', ')
  if (section === 'maintenance') return Object.keys(maintenanceSchema.shape).join(', ')
  return Object.keys(watchListSchema.shape).join(', ')
}

/** A target that is no object at all is reported in zod's words, which say more than ours. */
function expectation(issue: z.core.$ZodIssue): string {
  const own = /^Invalid input: expected (.+), received .+$/.exec(issue.message)
  return own?.[1] ?? issue.message
}

function keyName(path: readonly PropertyKey[], root: string): string {
  const name = path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    root,
  )
  return name === '' ? 'the list' : name
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text)

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
