import { Resolver } from 'node:dns/promises'
import type { DnsTarget } from '../target.js'
import type { Notes } from './check.js'
import { codeOf, ProtocolError } from './failure.js'

/** What name servers say, and what it means. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENODATA: 'the name has no such record',
  ENOTFOUND: 'the name does not exist',
  ESERVFAIL: 'the name server failed',
  EREFUSED: 'the name server refused the question',
  EFORMERR: 'the name server did not understand the question',
  ENOTIMP: 'the name server does not know such questions',
  EBADRESP: 'the answer of the name server is no DNS',
  ECONNREFUSED: 'the name server cannot be reached',
  ETIMEOUT: 'the name server does not answer',
}

/** Looks one record up. Resolves with what is wrong with what was found. */
export async function dnsCheck(
  { host, record, server, answer }: DnsTarget,
  signal: AbortSignal,
  notes: Notes,
): Promise<string | undefined> {
  // Its own patience ends after that of any check: the signal is what ends it.
  const resolver = new Resolver({ timeout: 600_000, tries: 1 })
  if (server !== undefined) resolver.setServers([server])
  const abort = (): void => resolver.cancel()
  signal.addEventListener('abort', abort)
  let found: readonly string[]
  try {
    signal.throwIfAborted()
    found = textsOf(await resolver.resolve(host, record))
  } catch (error) {
    const refusal = REFUSALS[codeOf(error)]
    if (refusal === undefined || signal.aborted) throw error
    throw new ProtocolError(refusal, { cause: error })
  } finally {
    signal.removeEventListener('abort', abort)
  }
  notes.answered()
  if (answer === undefined || found.includes(answer.toLowerCase())) return undefined
  return `none of ${found.length} ${record} records is "${answer}"`
}

/** Each record as a person writes it down: a mail server without its priority, a text in one piece. */
function textsOf(records: unknown): readonly string[] {
  const all = Array.isArray(records) ? records : [records]
  return all.map((record: unknown) => {
    if (typeof record === 'string') return record.toLowerCase()
    if (Array.isArray(record)) return record.join('').toLowerCase()
    const { exchange, name, nsname } = record as Readonly<Record<string, string | undefined>>
    return (exchange ?? name ?? nsname ?? '').toLowerCase()
  })
}
