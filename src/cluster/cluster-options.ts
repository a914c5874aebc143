/** What a node of a cluster is told, and the checks of it. */
import { type NodeCarrier, rules } from '../kernel/index.js'
import type { Engine } from './engine/engine.js'
import { clusterError } from './errors.js'

/** The options of a node of a cluster. */
export interface ClusterOptions {
  /** The engine that stores the claims: `local()`, `nats({ … })`, `postgres({ … })`. */
  readonly engine: Engine
  /** The name of the cluster, to tell clusters on one engine apart: letters, digits and `_`, at most 32 characters. Default `'main'`. */
  readonly cluster?: string | undefined
  /** The name of this node, for people and for placement. Default that of the kernel. */
  readonly node?: string | undefined
  /** Milliseconds of silence after which a node loses its keys; the same for all nodes. Default 10,000; at least 500. */
  readonly lease?: number | undefined
  /** Milliseconds that one request to the engine may take; default a quarter of `lease`. */
  readonly timeout?: number | undefined
  /** Milliseconds, approximately, between two reads of all claims, which find changes that watches missed. Default 30,000. */
  readonly reconcile?: number | undefined
  /** The share of keys that the node takes, relative to other nodes. Default 1. */
  readonly weight?: number | undefined
  /** Labels of the node for the option `where` of cluster supervisors, such as `{ zone: 'eu' }`. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /**
   * The carrier that connects the kernels of the nodes: `erlang({ … })` of `heartwood/erlang`; or `'engine'` for messages through the engine, between nodes that cannot connect to each
   * other. Default none: then the program connects them, or they are not connected. The `cluster` of a configuration sets it.
   */
  readonly carrier?: NodeCarrier | 'engine' | undefined
  /** Whether settings of the engine that can lose data are accepted. Default by `HEARTWOOD_ENV` and `NODE_ENV`, as for `boot`. */
  readonly development?: boolean | undefined
}

/** What labels are: at most 20 texts by name. */
export const LABELS: rules.Rule = {
  expected: "texts by name, such as { zone: 'eu' }",
  fits: (value: unknown) =>
    rules.isRecord(value) &&
    Object.keys(value).length <= 20 &&
    Object.values(value).every((text) => typeof text === 'string' && text.length <= 100),
}
const CLUSTER_NAME = /^\w{1,32}$/
const OPTIONS = {
  engine: {
    expected: 'an engine, such as local()',
    fits: (value: unknown) => rules.isRecord(value) && typeof value.open === 'function',
  },
  cluster: {
    expected: 'letters, digits and _, 32 at most',
    fits: (value: unknown) => typeof value === 'string' && CLUSTER_NAME.test(value),
  },
  node: {
    expected: 'a name of 1 to 100 characters',
    fits: (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= 100,
  },
  lease: rules.finiteMilliseconds(500),
  timeout: rules.finiteMilliseconds(50),
  reconcile: rules.finiteMilliseconds(100),
  weight: {
    expected: 'a number greater than 0',
    fits: (value: unknown) => Number.isFinite(value) && (value as number) > 0,
  },
  labels: LABELS,
  carrier: {
    expected: "a carrier, such as erlang({ cookie }) of heartwood/erlang, or 'engine'",
    fits: (value: unknown) =>
      value === 'engine' || (rules.isRecord(value) && typeof value.start === 'function'),
  },
  development: rules.flag,
}
/** @throws CLUSTER_OPTION_INVALID */
export function checkedTimes(
  action: string,
  options: ClusterOptions,
): { readonly lease: number; readonly timeout: number } {
  const mistakes = mistakesOf(`what ${action}() takes`, options, OPTIONS, ['engine'])
  const isGiven = mistakes.length === 0
  const lease = (isGiven ? options.lease : undefined) ?? 10_000
  const timeout = (isGiven ? options.timeout : undefined) ?? lease / 4
  if (isGiven && timeout > lease / 2)
    mistakes.push({
      field: 'timeout',
      value: timeout,
      expected: `at most half of the lease, ${lease / 2} ms`,
    })
  if (mistakes.length === 0) return { lease, timeout }
  throw clusterError('CLUSTER_OPTION_INVALID', {
    action,
    problems: mistakes.map(rules.mistakeText).join('; '),
  })
}

export const CLAIM_OPTIONS = {
  wait: rules.flag,
  signal: { expected: 'an AbortSignal', fits: (value: unknown) => value instanceof AbortSignal },
}
export function mistakesOf(
  field: string,
  options: unknown,
  known: rules.Rules,
  required: readonly string[] = [],
): rules.Mistake[] {
  if (!rules.isRecord(options)) return [{ field, value: options, expected: 'an object of options' }]
  return [...rules.mistakesIn(options, known, { required })]
}
