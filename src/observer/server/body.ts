import type { IncomingMessage } from 'node:http'
import { observerError } from '../errors.js'

/** Bytes of a body: an action has few words. */
const LARGEST = 10_000

/**
 * The body of a request, which must be a JSON object.
 *
 * @param largest bytes that it may have
 * @param parsed what the server it is mounted in made of the body already
 * @throws OBSERVER_BODY
 */
export async function bodyOf(
  request: IncomingMessage,
  parsed: unknown,
  largest = LARGEST,
): Promise<Record<string, unknown>> {
  // A form of another site can send no such header.
  const type = request.headers['content-type'] ?? 'nothing'
  if (!/^application\/json\b/i.test(type)) throw wrong('application/json', type)
  const body = parsed ?? parse(await textOf(request, largest))
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw wrong('a JSON object', body)
  return body as Record<string, unknown>
}

async function textOf(request: IncomingMessage, largest: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    size += (part as Buffer).length
    if (size > largest) throw wrong(`at most ${largest} bytes`, 'more')
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is wrong with it is said without repeating it.
    throw wrong('JSON', 'something else')
  }
}

/** @throws OBSERVER_BODY */
export function textIn(body: Record<string, unknown>, field: string): string {
  const value = body[field]
  if (typeof value === 'string' && value !== '' && value.length <= 500) return value
  throw wrong(`an object with a text "${field}"`, value === undefined ? 'one without' : value)
}

function wrong(expected: string, value: unknown): Error {
  return observerError('OBSERVER_BODY', { expected, value })
}
