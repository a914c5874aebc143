import { createHmac } from 'node:crypto'
import type { Secret } from 'heartwood'
import nodemailer from 'nodemailer'
import { credited } from '../address.js'
import type { Alert } from './alert.js'
import { filled, requestOf, type Service, type ServiceRequest } from './services.js'

/** A place that alerts go to. `deliver` resolves when the place has taken the alert, and rejects when it has not. */
export interface Sink {
  readonly name: string
  deliver(alert: Alert, signal: AbortSignal): Promise<void>
}

/** Where alerts go, as the settings say. */
export interface SinkSettings {
  /** Each alert as a line of JSON on the standard output. */
  readonly stdout: boolean
  /** Whoever knows the address of a webhook may write to it: it is a secret. */
  readonly webhooks: readonly Secret<string>[]
  /** Signs what is sent to webhooks. */
  readonly webhookSecret?: Secret<string> | undefined
  /** What is sent to webhooks in place of the alert as it is, with places such as `{{text}}`. */
  readonly webhookTemplate?: string | undefined
  /** Chats and pagers. */
  readonly services?: readonly Service[]
  /** `smtp://user:password@host:port`, and who writes to whom. */
  readonly smtp?:
    | { readonly url: Secret<string>; readonly from: string; readonly to: readonly string[] }
    | undefined
}

/** What sinks reach the world through. */
export interface SinkTools {
  readonly fetch: typeof fetch
  write(line: string): void
}

/** The sinks that the settings ask for. */
export function sinksOf(settings: SinkSettings, tools: SinkTools): readonly Sink[] {
  return [
    ...(settings.stdout ? [stdoutSink(tools)] : []),
    ...settings.webhooks.map((url, index) => webhookSink(url, index + 1, settings, tools)),
    ...(settings.services ?? []).map((service, index) => serviceSink(service, index + 1, tools)),
    ...(settings.smtp === undefined ? [] : [smtpSink(settings.smtp)]),
  ]
}

function stdoutSink({ write }: SinkTools): Sink {
  return {
    name: 'stdout',
    deliver: async (alert) => write(`${JSON.stringify({ alert })}\n`),
  }
}

/**
 * Posts the alert as JSON. With a secret, `x-pulse-signature` is `sha256=` and the HMAC of the body in hex, so that the
 * receiver can tell who wrote it. The `text` is what chat services show.
 */
function webhookSink(
  url: Secret<string>,
  number: number,
  { webhookSecret: secret, webhookTemplate: template }: SinkSettings,
  tools: SinkTools,
): Sink {
  return {
    name: `webhook-${number}`,
    async deliver(alert, signal) {
      const body = template === undefined ? JSON.stringify(alert) : filled(template, alert)
      const signature = secret && `sha256=${createHmac('sha256', secret.reveal()).update(body).digest('hex')}`
      const headers = {
        'content-type': 'application/json',
        ...(signature && { 'x-pulse-signature': signature }),
      }
      await post({ url: url.reveal(), body, headers }, new URL(url.reveal()).host, tools, signal)
    },
  }
}

function serviceSink(service: Service, number: number, tools: SinkTools): Sink {
  return {
    name: `${service.kind}-${number}`,
    deliver: (alert, signal) => post(requestOf(service, alert), service.kind, tools, signal),
  }
}

/** @param who is named where it does not take the alert: the address is a secret */
async function post(
  { url, body, headers }: ServiceRequest,
  who: string,
  { fetch }: SinkTools,
  signal: AbortSignal,
): Promise<void> {
  // fetch refuses an address with a user and a password in it.
  const { address, authorization } = credited(url)
  const response = await fetch(address, {
    method: 'POST',
    body,
    headers: { ...headers, ...(authorization !== undefined && { authorization }) },
    signal,
    redirect: 'error',
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`${who} answered ${response.status}`)
}

function smtpSink({ url, from, to }: NonNullable<SinkSettings['smtp']>): Sink {
  return {
    name: 'smtp',
    async deliver(alert, signal) {
      const transport = nodemailer.createTransport(url.reveal())
      const close = (): void => transport.close()
      signal.addEventListener('abort', close)
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: `[Pulse] ${alert.text}`,
          text: `${alert.text}\n\n${new Date(alert.at).toISOString()}\n`,
          messageId: `<${alert.id}@pulse>`,
        })
      } finally {
        signal.removeEventListener('abort', close)
        close()
      }
    },
  }
}
