import { readFile } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { type Target, targetListSchema } from './target.js'

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
  /** May a visitor of the web page crash workers? */
  readonly chaos: boolean
}

/** The injection token of the {@link Settings}. */
export const SETTINGS = Symbol('pulse.settings')

/** A setting that cannot be used. The message names the place, the value and what was expected. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const PORT = 'a port from 0 to 65535 (0 takes any free one)'
const DAYS = 'a whole number of days from 1 to 36500'
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
  const targets = env.PULSE_TARGETS === undefined ? undefined : await loadTargets(env.PULSE_TARGETS, sources)
  return {
    host: env.HOST,
    port: env.PORT,
    dataFolder: resolve(sources.folder, env.PULSE_DATA),
    keepDays: env.PULSE_KEEP_DAYS,
    // Crashing workers is a game for one's own machine: on an open address it has to be asked for.
    chaos: env.PULSE_CHAOS === undefined ? LOOPBACK.test(env.HOST) : env.PULSE_CHAOS === 'on',
    ...(env.DATABASE_URL === undefined ? {} : { databaseUrl: env.DATABASE_URL }),
    ...(targets === undefined ? {} : { targets }),
  }
}

async function loadTargets(location: string, sources: Sources): Promise<readonly Target[]> {
  const text = /^https?:\/\//.test(location)
    ? await download(location, sources)
    : await readFile(isAbsolute(location) ? location : resolve(sources.folder, location), 'utf8').catch(
        (cause) => {
          throw new SettingsError(`PULSE_TARGETS is "${location}", which cannot be read: ${reason(cause)}`, {
            cause,
          })
        },
      )
  return parse(targetListSchema, parseJson(text, location), location, 'targets')
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
    return `${key} has an unknown key ${unknown}; expected only name, url, interval, timeout, status, body`
  }
  const value = issue.path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown>)?.[step], input)
  if (value === undefined) return `${key} is missing; expected ${issue.message}`
  return `${key} is ${shorten(JSON.stringify(value))}; expected ${expectation(issue)}`
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
