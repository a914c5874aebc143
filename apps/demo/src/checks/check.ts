import type { ResolverAnswers } from '../resolver.js'
import type { AskedTarget } from '../target.js'
import { dnsCheck } from './dns.js'
import { wordsOf } from './echo.js'
import { failureReason, ownFault } from './failure.js'
import { grpcCheck } from './grpc.js'
import { httpCheck } from './http.js'
import type { JudgeJson } from './json-body.js'
import { tcpCheck, tlsCheck } from './tcp.js'

/** What one check found. */
export interface CheckResult {
  readonly target: string
  /** When the check began, in epoch milliseconds. */
  readonly at: number
  readonly up: boolean
  /** Milliseconds until the answer's head arrived, or until the check was given up. */
  readonly latency: number
  /** The HTTP status, when there was an answer. */
  readonly status?: number
  /** Why the target counts as down, in words. */
  readonly reason?: string
  /** A maintenance window was open: the result is kept, and counts for nothing. */
  readonly maintenance?: true
}

/** A check that came to nothing, through no fault of the target's. */
export interface OwnFault {
  readonly target: string
  readonly at: number
  /** What Pulse or its machine is short of, in words. */
  readonly fault: string
}

/** Where a check takes its time and its network from. */
export interface CheckTools {
  readonly fetch: typeof fetch
  /** Monotonic milliseconds. */
  now(): number
  /** Epoch milliseconds. */
  wallTime(): number
  readonly resolverAnswers: ResolverAnswers
  /** Judges bodies that may take long to judge. */
  readonly judgeJson: JudgeJson
}

/** What a kind of check notes on its way, so that it is known even where it fails later. */
export interface Notes {
  /** The answer has begun. */
  answered(status?: number): void
}

/**
 * Makes one check of its kind and judges the answer. Never rejects: whatever goes wrong is the target's result, but for what
 * Pulse and its machine are short of.
 *
 * @param signal aborts the check; aborted with a `CheckTimeout` the target is reported as too slow
 */
export async function check(
  target: AskedTarget,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<CheckResult | OwnFault> {
  const at = tools.wallTime()
  const started = tools.now()
  let latency: number | undefined
  let status: number | undefined
  const notes: Notes = {
    answered(found) {
      latency = tools.now() - started
      status = found
    },
  }
  const result = (reason: string | undefined): CheckResult => ({
    target: target.name,
    at,
    up: reason === undefined,
    latency: latency ?? tools.now() - started,
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason: wordsOf(target, reason) }),
  })
  try {
    return result(await ask(target, tools, signal, notes))
  } catch (error) {
    const fault = signal.aborted ? undefined : await ownFault(error, tools.resolverAnswers)
    if (fault !== undefined) return { target: target.name, at, fault }
    return result(failureReason(error, signal))
  }
}

/** Resolves with why the answer is not the one that is wanted, or with nothing. */
function ask(
  target: AskedTarget,
  tools: CheckTools,
  signal: AbortSignal,
  notes: Notes,
): Promise<string | undefined> {
  switch (target.kind) {
    case 'http':
      return httpCheck(target, tools.fetch, signal, notes, tools.judgeJson)
    case 'tcp':
      return tcpCheck(target, signal, notes)
    case 'tls':
      return tlsCheck(target, signal, notes)
    case 'dns':
      return dnsCheck(target, signal, notes)
    case 'grpc':
      return grpcCheck(target, signal, notes)
  }
}
