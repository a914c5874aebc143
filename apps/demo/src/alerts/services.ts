/** The services that people are alerted by, each by the request that it takes. */
import { Secret } from 'heartwood'
import type { Alert, AlertKind } from './alert.js'

/** What a service is sent. */
export interface ServiceRequest {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** A service, with the address or the key that lets anybody write there. */
export interface Service {
  readonly kind: ServiceKind
  readonly address: Secret<string>
}

const json = (url: string, body: unknown): ServiceRequest => ({
  url,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

type Urgency = 'critical' | 'warning' | 'over'
const URGENCY: Readonly<Record<AlertKind, Urgency>> = {
  down: 'critical',
  trouble: 'critical',
  slow: 'warning',
  flapping: 'warning',
  certificate: 'warning',
  up: 'over',
  steady: 'over',
  recovered: 'over',
}

const PRIORITIES = { critical: '5', warning: '3', over: '3' } as const
const TAGS = { critical: 'rotating_light', warning: 'warning', over: 'white_check_mark' } as const

/** The longest message that each of them takes. */
const LONGEST = 1_900
const textOf = ({ text }: Alert): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`)

/** In Slack's texts these begin mentions and links. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Trouble and its end have the same key, so that the end closes what the beginning has opened. */
function incidentOf({ kind, target }: Alert): string {
  return kind === 'certificate' ? `pulse/certificate/${target}` : `pulse/${target || 'itself'}`
}

const REQUESTS = {
  slack: (address: string, alert: Alert) => json(address, { text: slackText(textOf(alert)) }),
  // A target's answer is quoted in the text: it is to mention nobody.
  discord: (address: string, alert: Alert) =>
    json(address, { content: textOf(alert), allowed_mentions: { parse: [] } }),
  teams: (address: string, alert: Alert) => {
    const body = [{ type: 'TextBlock', text: textOf(alert), wrap: true }]
    const content = { type: 'AdaptiveCard', version: '1.4', body }
    const contentType = 'application/vnd.microsoft.card.adaptive'
    return json(address, { type: 'message', attachments: [{ contentType, content }] })
  },
  ntfy: (address: string, alert: Alert): ServiceRequest => ({
    url: address,
    body: textOf(alert),
    headers: { title: 'Pulse', priority: PRIORITIES[URGENCY[alert.kind]], tags: TAGS[URGENCY[alert.kind]] },
  }),
  telegram: (address: string, alert: Alert) => {
    const at = address.indexOf('@')
    const url = `https://api.telegram.org/bot${address.slice(0, at)}/sendMessage`
    return json(url, { chat_id: address.slice(at + 1), text: textOf(alert) })
  },
  pagerduty: (address: string, alert: Alert) => {
    const urgency = URGENCY[alert.kind]
    const event = { routing_key: address, dedup_key: incidentOf(alert) }
    const url = 'https://events.pagerduty.com/v2/enqueue'
    if (urgency === 'over') return json(url, { ...event, event_action: 'resolve' })
    const source = alert.target || 'pulse'
    const timestamp = new Date(alert.at).toISOString()
    const payload = { summary: alert.text.slice(0, 1_024), source, severity: urgency, timestamp }
    return json(url, { ...event, event_action: 'trigger', payload })
  },
} as const

type ServiceKind = keyof typeof REQUESTS

/** How what follows the name of each service looks. */
const ADDRESSES: Readonly<Record<ServiceKind, RegExp>> = {
  slack: /^https?:\/\/[^\s,]+$/,
  discord: /^https?:\/\/[^\s,]+$/,
  teams: /^https?:\/\/[^\s,]+$/,
  ntfy: /^https?:\/\/[^\s,]+$/,
  telegram: /^\d+:[\w-]+@(-?\d+|@\w+)$/,
  pagerduty: /^\w{16,64}$/,
}

/** What was expected where a service is written down wrongly. */
export const SERVICES =
  'services such as slack:https://…, discord:https://…, teams:https://…, ntfy:https://…, telegram:<token of the bot>@<chat> or pagerduty:<routing key>, separated by commas'

/** Reads `slack:https://…`; undefined where it is none. */
export function serviceOf(text: string): Service | undefined {
  const [, kind = '', address = ''] = /^(\w+):(.*)$/.exec(text) ?? []
  if (!(kind in REQUESTS)) return undefined
  const known = kind as ServiceKind
  return ADDRESSES[known].test(address) ? { kind: known, address: new Secret(address) } : undefined
}

/** What the service is sent of an alert. */
export const requestOf = ({ kind, address }: Service, alert: Alert): ServiceRequest =>
  REQUESTS[kind](address.reveal(), alert)

/** The places of a template that an alert fills. */
const PLACES = ['id', 'kind', 'target', 'at', 'text'] as const

/**
 * Fills `{{text}}` and the like in a template of JSON, each as part of a text in quotes. A template that is no JSON once
 * it is filled is refused before anything is sent.
 */
export function filled(template: string, alert: Alert): string {
  return template.replace(/\{\{(\w+)\}\}/g, (whole, place: string) => {
    if (!(PLACES as readonly string[]).includes(place)) return whole
    const value = alert[place as (typeof PLACES)[number]]
    return JSON.stringify(place === 'at' ? new Date(value).toISOString() : String(value)).slice(1, -1)
  })
}

export const TEMPLATE = `JSON with places such as "{{text}}", of ${PLACES.join(', ')}`

/** Whether a template is JSON when it is filled, and has no other places. */
export function isTemplate(template: string): boolean {
  const text = filled(template, { id: 'x', kind: 'down', target: 'x', at: 0, text: 'x' })
  try {
    JSON.parse(text)
    return !/\{\{\w+\}\}/.test(text)
  } catch {
    return false
  }
}
