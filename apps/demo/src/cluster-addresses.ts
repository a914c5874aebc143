/** Where the claims of targets are kept, as `PULSE_CLUSTER` says it. */
export interface ClusterAddresses {
  readonly kind: 'nats' | 'postgres'
  readonly urls: readonly string[]
}

export const ADDRESSES =
  'a postgres:// address, or nats:// or tls:// addresses of servers of one NATS cluster, separated by commas'

/** Undefined where it is none. */
export function addressesOf(text: string): ClusterAddresses | undefined {
  const urls = text.split(/[\s,]+/).filter((url) => url !== '')
  const all = (pattern: RegExp): boolean => urls.every((url) => pattern.test(url) && URL.canParse(url))
  if (urls.length === 1 && all(/^postgres(ql)?:\/\/./i)) return { kind: 'postgres', urls }
  if (urls.length > 0 && all(/^(nats|tls):\/\/./i)) return { kind: 'nats', urls }
  return undefined
}
