/** What all clients have in common: each asks again and again until there is no instance any more. */
import { setTimeout as wait } from 'node:timers/promises'
import { isElsewhere, type Tally } from './tally.js'

export type Protocol = 'http' | 'https' | 'http2' | 'fastify' | 'websocket'

/** Bytes of an answer. */
export const SMALL = 2_000
export const BIG = 2_000_000

/** Where clients find the servers. */
export interface Site {
  readonly ports: Readonly<Record<Protocol, number>>
  readonly tally: Tally
  /** Throws when no new connection may be made. */
  readonly admit: () => void
}

export interface Client {
  readonly kind: string
  run(site: Site): Promise<void>
}

/** A request that the client's own library took back before anything of it was sent. */
export class Unsent extends Error {}

/** A request that met a GOAWAY frame on its way, so that the server did not begin it. */
export class Crossed extends Error {}

/** Asks until there is no connection to be had, and counts what becomes of it. */
export async function repeat(site: Site, kind: string, ask: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await ask()
      site.tally.of(kind).answered++
    } catch (error) {
      if (error instanceof Unsent) site.tally.of(kind).unsent++
      else if (error instanceof Crossed) site.tally.of(kind).crossed++
      else site.tally.fail(kind, error)
      if (isElsewhere(error)) return
    }
    await wait(Math.random() * 3)
  }
}

/** Does the same several times at once. */
export async function together(times: number, run: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: times }, run))
}

/** An answer must have come as a whole. */
export function checkLength(got: number, expected: number): void {
  if (got !== expected) throw Object.assign(new Error(`${got} bytes of ${expected}`), { code: 'INCOMPLETE' })
}
