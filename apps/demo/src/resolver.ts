import { Resolver } from 'node:dns/promises'

/** Whether the name servers of this machine answer at all: if not, that a name was not found says nothing of the name. */
export type ResolverAnswers = () => Promise<boolean>

/** How long they have, in ms; and how long what was found holds. */
const PATIENCE = 2_000
const HOLDS = 5_000

/** What they say when they say nothing. */
const SILENCE = new Set(['ECONNREFUSED', 'ETIMEOUT', 'ECANCELLED', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Asks for what every name server knows: those of the root. Whoever asks meanwhile gets the same answer. */
export function askingResolver(now: () => number): ResolverAnswers {
  let asked = Number.NEGATIVE_INFINITY
  let answer = Promise.resolve(true)
  return () => {
    if (now() - asked >= HOLDS) {
      asked = now()
      answer = new Resolver({ timeout: PATIENCE, tries: 1 }).resolveNs('.').then(
        () => true,
        (error: NodeJS.ErrnoException) => !SILENCE.has(error.code ?? ''),
      )
    }
    return answer
  }
}
