import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { checkValue, defineSettings, readSettings, Secret, type SettingsOf } from 'heartwood'
import { z } from 'zod'
import { isTemplate, SERVICES, serviceOf, TEMPLATE } from './alerts/services.js'
import type { SinkSettings } from './alerts/sinks.js'
import { ADDRESSES, addressesOf } from './cluster-addresses.js'
import type { Maintenance } from './maintenance.js'
import type { Target } from './target.js'
import { type Sources, watchListReader } from './target-source.js'
import type { WatchList } from './watch-list.js'
import type { OperatorAccess } from './web/access.js'

/** What Pulse is told from outside. Without `targets` it watches sample services of its own. */
export interface Settings {
  readonly host: string
  readonly port: number
  /** Absolute path of the folder that holds the embedded database. */
  readonly dataFolder: string
  /** A PostgreSQL server to keep the history in, in place of the embedded database. */
  readonly databaseUrl?: Secret<string>
  /** Whether several Pulses share the targets. */
  readonly isShared: boolean
  /** Results older than so many days are deleted. */
  readonly keepDays: number
  readonly targets?: readonly Target[]
  /** Reads the list of targets again: undefined where it is what it was. Rejects where it is wrong now. */
  readonly reload?: () => Promise<WatchList | undefined>
  /** When trouble is expected, so that nobody is alerted. */
  readonly maintenance: readonly Maintenance[]
  /** Where alerts go. */
  readonly alerts: SinkSettings
  /** What the operator's view asks for; without one it is closed. */
  readonly operatorToken?: Secret<string>
  /** Whether that token was made for this run, so that nobody knows it yet. */
  readonly tokenIsNew: boolean
  /** The names by which operators reach Pulse. */
  readonly hosts: readonly string[]
  /** Whether the public page shows the addresses of the targets. */
  readonly publicUrls: boolean
  /** May a visitor of the web page crash workers? */
  readonly chaos: boolean
}

/** The injection token of the {@link Settings}. */
export const SETTINGS = Symbol('pulse.settings')

/** Whoever has the token is the operator; without one nobody is. */
export function operatorAccess({ host, hosts, operatorToken }: Settings): OperatorAccess {
  if (operatorToken === undefined) return 'closed'
  return { token: operatorToken.reveal(), hosts: [host, ...hosts] }
}

const PORT = 'a port from 0 to 65535 (0 takes any free one)'
const DAYS = 'a whole number of days from 1 to 36500'
const WEBHOOKS = 'http:// or https:// addresses, separated by commas'
const MAIL = 'e-mail addresses, separated by commas'
const SMTP = 'an smtp:// or smtps:// address'
const HOSTS = 'host names, separated by commas'
const CLUSTER = '1 to 32 letters, digits and _'
const LEASE = 'milliseconds from 1000 to 99999'
const REACHED = /^[^\s:/]+:\d{1,5}$/
const REACHED_AT = 'a host and a port, such as host-1.example:7000'
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/

const onOrOff = z.enum(['on', 'off'], "'on' or 'off'")

/** Text that stands for a whole number. */
const wholeNumber = (expected: string, min: number, max = 99_999) =>
  z
    .string()
    .regex(/^\d{1,5}$/, expected)
    .transform(Number)
    .pipe(z.int().min(min, expected).max(max, expected))

const list = z.string().transform((text) => text.split(/[\s,]+/).filter((item) => item !== ''))

const NEEDED = 'one of its own, since PULSE_CLUSTER shares it among all instances'

const clusterSchema = z.object({
  // What is wrong in it is told by what is no secret in it: see cluster-config.ts.
  url: z.string().optional(),
  name: z
    .string()
    .regex(/^\w{1,32}$/, CLUSTER)
    .default('pulse'),
  lease: wholeNumber(LEASE, 1_000).default(10_000),
  replicas: z.enum(['1', '3', '5'], '1, 3 or 5').transform(Number).optional(),
  host: z
    .string()
    .regex(/^[^\s@]+$/, 'a host name or an IP address')
    .optional(),
  port: wholeNumber(PORT, 0, 65_535).default(0),
  reachedAt: z.string().regex(REACHED, REACHED_AT).optional(),
  insecure: onOrOff.default('off'),
})

const alertSchema = z
  .object({
    stdout: onOrOff.default('off'),
    // What is wrong in these two is told by what is no secret in them: see refuseWrong.
    webhooks: list.default([]),
    webhookTemplate: z.string().refine(isTemplate, TEMPLATE).optional(),
    services: list.default([]),
    webhookSecret: z.string().min(8, 'at least 8 characters').optional(),
    smtp: z.url({ protocol: /^smtps?$/, error: SMTP }).optional(),
    from: z.email('the e-mail address that writes').default('pulse@localhost.localdomain'),
    to: list.pipe(z.array(z.email(MAIL), MAIL).min(1, MAIL)).optional(),
  })
  .superRefine(({ smtp, to }, context) => {
    if ((smtp === undefined) === (to === undefined)) return
    const [path, message] =
      smtp === undefined ? ['smtp', `${SMTP} to send the mail by`] : ['to', `${MAIL}, who get the mail`]
    context.addIssue({ code: 'custom', path: [path], message })
  })

/** What Pulse is told by environment variables or a `.env` file. All messages say what was expected. */
export const pulseSettings = defineSettings({
  schema: z.object({
    host: z.string().min(1, 'a host name or an IP address').default('127.0.0.1'),
    port: wholeNumber(PORT, 0, 65_535).default(4000),
    dataFolder: z.string().min(1, 'the path of a folder').default('./data'),
    keepDays: wholeNumber(DAYS, 1, 36_500).default(90),
    hosts: list.pipe(z.array(z.string().regex(/^[\w.-]+$/, HOSTS), HOSTS)).default([]),
    publicUrls: onOrOff.default('on'),
    environment: z.string().default('development'),
    targets: z
      .string()
      .min(1, 'the path of a file of JSON or YAML, or an http:// or https:// address')
      .optional(),
    chaos: onOrOff.optional(),
    operatorToken: z.string().min(16, 'at least 16 characters').optional(),
    databaseUrl: z.url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// address' }).optional(),
    alerts: alertSchema.prefault({}),
    cluster: clusterSchema.prefault({}),
  }),
  env: {
    host: 'HOST',
    port: 'PORT',
    dataFolder: 'PULSE_DATA',
    keepDays: 'PULSE_KEEP_DAYS',
    hosts: 'PULSE_HOSTS',
    publicUrls: 'PULSE_PUBLIC_URLS',
    environment: 'NODE_ENV',
    targets: 'PULSE_TARGETS',
    chaos: 'PULSE_CHAOS',
    operatorToken: 'PULSE_OPERATOR_TOKEN',
    databaseUrl: 'DATABASE_URL',
    'alerts.stdout': 'PULSE_ALERT_STDOUT',
    'alerts.webhooks': 'PULSE_ALERT_WEBHOOKS',
    'alerts.webhookSecret': 'PULSE_ALERT_WEBHOOK_SECRET',
    'alerts.webhookTemplate': 'PULSE_ALERT_WEBHOOK_TEMPLATE',
    'alerts.services': 'PULSE_ALERT_SERVICES',
    'alerts.smtp': 'PULSE_ALERT_SMTP',
    'alerts.from': 'PULSE_ALERT_FROM',
    'alerts.to': 'PULSE_ALERT_TO',
    'cluster.url': 'PULSE_CLUSTER',
    'cluster.name': 'PULSE_CLUSTER_NAME',
    'cluster.lease': 'PULSE_CLUSTER_LEASE',
    'cluster.replicas': 'PULSE_CLUSTER_REPLICAS',
    'cluster.host': 'PULSE_NODE_HOST',
    'cluster.port': 'PULSE_NODE_PORT',
    'cluster.reachedAt': 'PULSE_NODE_REACHED_AT',
    'cluster.insecure': 'PULSE_NODE_INSECURE',
  },
  secrets: [
    'databaseUrl',
    'operatorToken',
    'alerts.webhooks',
    'alerts.webhookSecret',
    'alerts.services',
    'alerts.smtp',
    'cluster.url',
  ],
})

/**
 * What follows from what Pulse is told, the list of targets read.
 *
 * @throws as `watchListReader` does
 */
export async function settingsOf(
  told: SettingsOf<typeof pulseSettings>,
  sources: Sources = { folder: process.cwd(), fetch },
): Promise<Settings> {
  const { host, port, hosts, keepDays, databaseUrl, alerts } = told
  const production = told.environment === 'production'
  const madeToken = production ? undefined : new Secret(randomBytes(15).toString('base64url'))
  const operatorToken = told.operatorToken ?? madeToken
  const { targets = '' } = told
  const reload = watchListReader(targets, sources)
  const watched = targets === '' ? undefined : await reload()
  const { stdout, webhooks, webhookSecret, webhookTemplate, services, smtp: url, from, to } = alerts
  await refuseWrong('PULSE_ALERT_WEBHOOKS', webhooks.reveal(), isWebhook, WEBHOOKS)
  await refuseWrong(
    'PULSE_ALERT_SERVICES',
    services.reveal(),
    (text) => serviceOf(text) !== undefined,
    SERVICES,
  )
  const isShared = told.cluster.url !== undefined
  if (isShared) await checkShared(told)
  return {
    host,
    port,
    isShared,
    dataFolder: resolve(sources.folder, told.dataFolder),
    keepDays,
    hosts,
    publicUrls: told.publicUrls === 'on',
    // Crashing workers is a game for one's own machine: elsewhere it has to be asked for.
    chaos: told.chaos === undefined ? !production && LOOPBACK.test(host) : told.chaos === 'on',
    ...(databaseUrl && { databaseUrl }),
    ...(watched && { targets: watched.targets, reload }),
    maintenance: watched?.maintenance ?? [],
    alerts: {
      stdout: stdout === 'on',
      webhooks: webhooks.reveal().map((webhook) => new Secret(webhook)),
      ...(webhookSecret && { webhookSecret }),
      ...(webhookTemplate !== undefined && { webhookTemplate }),
      services: services
        .reveal()
        .map(serviceOf)
        .filter((service) => service !== undefined),
      ...(url && to && { smtp: { url, from, to } }),
    },
    ...(operatorToken && { operatorToken }),
    tokenIsNew: told.operatorToken === undefined && operatorToken !== undefined,
  }
}

/**
 * Several Pulses have one database, and the same list of targets: each would otherwise watch samples of its own.
 *
 * @throws SETTINGS_INVALID
 */
async function checkShared({
  cluster,
  databaseUrl,
  targets,
}: SettingsOf<typeof pulseSettings>): Promise<void> {
  await refuseWrong(
    'PULSE_CLUSTER',
    [cluster.url?.reveal() ?? ''],
    (url) => addressesOf(url) !== undefined,
    ADDRESSES,
  )
  const needed = { DATABASE_URL: databaseUrl, PULSE_TARGETS: targets }
  for (const [key, given] of Object.entries(needed)) {
    await checkValue(
      z.custom((value) => value !== undefined, NEEDED),
      given && '…',
      { file: 'settings', key },
    )
  }
}

const isWebhook = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text)

/**
 * Refuses what is wrong in a list of secrets, and names each by its place and by how it begins. Told by the schema of all settings
 * the message would be blacked out wherever it has something in common with the secrets, as their protocols have.
 *
 * @throws SETTINGS_INVALID
 */
async function refuseWrong(
  key: string,
  entries: readonly string[],
  isRight: (entry: string) => boolean,
  expected: string,
): Promise<void> {
  const shown = entries.map((entry) => (isRight(entry) ? '' : `${/^[a-z]{1,12}:/i.exec(entry)?.[0] ?? ''}…`))
  const schema = z.array(z.string().refine((entry) => entry === '', expected))
  await checkValue(schema, shown, { file: 'settings', key })
}

/**
 * Pulse's settings out of variables, for what starts it from code.
 *
 * @throws SETTINGS_INVALID naming the variable, with its value and what was expected; and as `settingsOf` does
 */
export async function loadSettings(
  variables: Readonly<Record<string, string | undefined>>,
  sources: Sources = { folder: process.cwd(), fetch },
): Promise<Settings> {
  const { value } = await readSettings(pulseSettings, { variables, folder: sources.folder, file: 'settings' })
  return settingsOf(value, sources)
}
