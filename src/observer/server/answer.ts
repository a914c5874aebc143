/** Answers: JSON, coded errors, and the headers that every answer has. */
import type { ServerResponse } from 'node:http'
import { HeartwoodError } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { type ObserverErrorCode, observerError, STATUS_OF } from '../errors.js'

/** Nothing from elsewhere, nothing inline, in nobody's frame. */
const SECURITY = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export function secure(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY)) response.setHeader(name, value)
}

export function answerJson(response: ServerResponse, value: unknown, status = 200): void {
  if (response.headersSent) return
  response.statusCode = status
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('cache-control', 'no-store')
  response.end(`${JSON.stringify(value)}\n`)
}

/** Says what went wrong; what is not the asker's fault is an error of the observer, and is returned to be reported. */
export function answerError(response: ServerResponse, thrown: unknown): unknown {
  const error = errorFor(thrown)
  const status = STATUS_OF[error.code as ObserverErrorCode]
  if (status === 401) response.setHeader('www-authenticate', 'Bearer realm="heartwood observer"')
  if (status === 405) response.setHeader('allow', String(error.details.expected))
  // A body that nobody reads to its end would be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  answerJson(response, { error: { code: error.code, message: error.message } }, status)
  return error === thrown ? undefined : thrown
}

/** What is said of it: an error that has a status. */
export function errorFor(thrown: unknown): HeartwoodError {
  if (HeartwoodError.is(thrown) && thrown.code in STATUS_OF) return thrown
  return observerError('OBSERVER_FAILED', { reason: reasonLine(thrown) }, { cause: thrown })
}
