/** What can be asked of the observer, by path. */

import { seenApplication } from '../../application/index.js'
import { listSettings } from '../../config/index.js'
import type { Kernel, Pid } from '../../kernel/index.js'
import { nodeSummaries, pendingTimers } from '../../kernel/index.js'
import { seenRegistry } from '../../registry/index.js'
import { observerError } from '../errors.js'
import { treeOfInside, withInsides } from '../isolated/inside-of-tree.js'
import type { IsolateObservers } from '../isolated/isolate-observers.js'
import type { Views } from '../observed-kernel.js'
import { lineOf } from '../snapshot/one-line-value.js'
import { detailOf, placeOf } from '../snapshot/process-detail.js'
import { elsewhereIn, processAt, whoIs } from '../snapshot/process-identity.js'
import { SORTS } from '../snapshot/process-list.js'
import type { Row } from '../snapshot/process-row.js'
import { PROCESS_TYPES } from '../snapshot/process-type.js'
import { namesIn, registrationsOf, registriesOf } from '../snapshot/registered-names.js'
import { type TreeSnapshot, treeOf } from '../snapshot/supervision-tree.js'
import type { Parameters } from './parameters.js'

/** Answers one kind of question; `rest` is what stands in the path behind its name. */
type Answering = (views: Views, parameters: Parameters, rest: string) => unknown

/** A place in a value: numbers of entries, or of private fields, from the outermost on. */
const PLACE = /^(#?\d{1,15}(\.#?\d{1,15}){0,49})?$/

const FIRST_OF = { from: 0, to: 100_000_000, default: 0 }

const offsetIn = (parameters: Parameters): number => parameters.whole('offset', FIRST_OF)
const limitIn = (parameters: Parameters, to: number): number =>
  parameters.whole('limit', { from: 1, to, default: 100 })

/** By the first part of the path below `/api/`. */
export const ROUTES: Readonly<Record<string, Answering>> = {
  overview: (views, parameters) => {
    parameters.done()
    return views.overview()
  },

  tree: async ({ kernel, landmarks, keys, isolateObservers }, parameters) => {
    const text = parameters.text('root')
    const depth = parameters.whole('depth', { from: 1, to: 64, default: 8 })
    const limit = parameters.whole('limit', { from: 1, to: 500, default: 100 })
    const offset = offsetIn(parameters)
    parameters.done()
    const inside = await insideOf(
      isolateObservers,
      text,
      (pid) => `tree?root=${pid}&depth=${depth}&limit=${limit}&offset=${offset}`,
    )
    if (inside !== undefined) return treeOfInside(inside.told as TreeSnapshot, inside.node)
    const root = text === '' ? undefined : required(kernel, text)
    const query = { root, depth, limit, offset }
    return withInsides(treeOf(kernel, landmarks, keys, query), query, isolateObservers)
  },

  processes: (views, parameters, rest) =>
    rest === '' ? list(views, parameters) : detail(views, parameters, rest),

  state: async ({ kernel, asking, isolateObservers }, parameters, rest) => {
    const place = parameters.matching(
      'at',
      PLACE,
      'numbers of entries with dots between them, such as 0.#1.250',
    )
    const [offset, limit] = [offsetIn(parameters), limitIn(parameters, 500)]
    parameters.done()
    const at = `at=${encodeURIComponent(place)}&offset=${offset}&limit=${limit}`
    const inside = await insideOf(isolateObservers, rest, (pid) => `state/${pid}?${at}`)
    if (inside !== undefined) return inside.told
    const steps = place === '' ? [] : place.split('.')
    const found = await asking.partOf(required(kernel, rest), { steps, offset, limit })
    if (found === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: `state at ${place}` })
    return found
  },

  names: ({ kernel }, parameters) => {
    const [text, offset, limit] = [parameters.text('q'), offsetIn(parameters), limitIn(parameters, 1_000)]
    parameters.done()
    return namesIn(kernel, text, offset, limit)
  },

  registries: ({ landmarks }, parameters, rest) => {
    if (rest === '') {
      parameters.done()
      return registriesOf(landmarks.registries)
    }
    const [offset, limit] = [offsetIn(parameters), limitIn(parameters, 1_000)]
    parameters.done()
    const found = landmarks.registries.map(seenRegistry).find((each) => each?.name === rest)
    if (found === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: `registry ${lineOf(rest)}` })
    return registrationsOf(found, offset, limit)
  },

  applications: ({ landmarks }, parameters) => {
    parameters.done()
    const applications = landmarks.applications.map((pid) => {
      const { name = '', root } = seenApplication(pid) ?? {}
      return { name: lineOf(name), pid: String(pid), root: root === undefined ? null : whoIs(root) }
    })
    return { applications }
  },

  timers: ({ kernel }, parameters) => {
    const limit = limitIn(parameters, 1_000)
    parameters.done()
    const { set, byKind, next } = pendingTimers(kernel, limit)
    const shown = next.map(({ dueIn, kind, concerns }) => ({ dueIn, kind, ...concernOf(concerns) }))
    return { set, byKind, next: shown }
  },

  nodes: ({ kernel }, parameters) => {
    parameters.done()
    return { node: kernel.node, nodes: nodeSummaries(kernel) }
  },

  cluster: async ({ kernel }, parameters) => {
    const [text, offset, limit] = [parameters.text('q'), offsetIn(parameters), limitIn(parameters, 1_000)]
    parameters.done()
    const looks = kernel.statusProviders.of('cluster').map((look) => look({ text, offset, limit }))
    return { node: kernel.node, clusters: await Promise.all(looks) }
  },

  health: async ({ system: { health } }, parameters) => {
    parameters.done()
    if (health === undefined) throw observerError('OBSERVER_NOT_FOUND', { path: 'health of a system' })
    return health.read()
  },

  config: ({ system: { settings } }, parameters) => {
    const [text, offset, limit] = [parameters.text('q'), offsetIn(parameters), limitIn(parameters, 1_000)]
    parameters.done()
    if (settings === undefined)
      throw observerError('OBSERVER_NOT_FOUND', { path: 'configuration with settings' })
    const told = listSettings(settings.read).filter(({ key }) => key.includes(text))
    return {
      environment: settings.environment,
      total: told.length,
      settings: told.slice(offset, offset + limit),
    }
  },

  timeline: ({ timeline }, parameters) => {
    const limit = limitIn(parameters, 1_000)
    const before = parameters.whole('before', { from: 0, to: 1e14, default: 0 })
    parameters.done()
    return { events: timeline.list(limit, before === 0 ? undefined : before) }
  },
}

/** Those that have something behind their name. */
export const DEEPER: ReadonlySet<string> = new Set(['processes', 'state', 'registries'])

function list({ listings, times }: Views, parameters: Parameters): Promise<unknown> {
  const sort = parameters.oneOf('sort', SORTS) ?? 'pid'
  const order = parameters.oneOf('order', ['asc', 'desc']) ?? 'asc'
  const text = parameters.text('q')
  const type = parameters.oneOf('type', PROCESS_TYPES)
  const status = parameters.oneOf('status', ['busy', 'runnable', 'waiting'])
  const listing = parameters.whole('listing', FIRST_OF)
  const [offset, limit] = [offsetIn(parameters), limitIn(parameters, 1_000)]
  parameters.done()
  times.looked()
  return listings.page({ sort, order, text, type, status }, listing, offset, limit)
}

async function detail(views: Views, parameters: Parameters, rest: string): Promise<unknown> {
  const { kernel, asking, isolateObservers } = views
  parameters.done()
  views.times.looked()
  const inside = await insideOf(isolateObservers, rest, (pid) => `processes/${pid}`)
  if (inside !== undefined) return inside.told
  const pid = required(kernel, rest)
  const found = await detailOf(kernel, pid, views, asking)
  if (found === undefined) throw observerError('OBSERVER_NO_PROCESS', { process: lineOf(rest) })
  // What only its own kernel knows of it.
  const there = elsewhereIn(String(pid))
  const told = there && (await isolateObservers.ask(there.node, there.id, (at) => `processes/${at}`))
  if (told === undefined) return found
  const parent = processAt(kernel, String((told as Partial<Row>).parent))
  const { supervisor, restarts } = placeOf(pid, parent)
  return { ...found, ...(told as object), supervisor, restarts }
}

/**
 * What is told of a process in a thread or program other than the server itself, which is known here.
 *
 * @returns undefined for any other
 * @throws OBSERVER_NO_ANSWER
 */
async function insideOf(
  isolateObservers: IsolateObservers,
  text: string,
  path: (pid: string) => string,
): Promise<{ readonly node: string; readonly told: unknown } | undefined> {
  const there = elsewhereIn(text)
  if (
    there === undefined ||
    !isolateObservers.has(there.node) ||
    isolateObservers.isServer(there.node, there.id)
  )
    return undefined
  const told = await isolateObservers.ask(there.node, there.id, path)
  if (told === undefined) throw observerError('OBSERVER_NO_ANSWER', { process: lineOf(text) })
  return { node: there.node, told }
}

function required(kernel: Kernel, text: string): Pid {
  const pid = processAt(kernel, text)
  if (pid === undefined) throw observerError('OBSERVER_NO_PROCESS', { process: lineOf(text) })
  return pid
}

function concernOf(concerns: Pid | string | undefined): object {
  if (concerns === undefined) return {}
  return typeof concerns === 'string' ? { name: lineOf(concerns) } : whoIs(concerns)
}

/** Of those, what whoever has only shown the cookie of a node may ask: it tells nothing of what processes hold. */
export const TOLD_TO_NODES: ReadonlySet<string> = new Set([
  'overview',
  'tree',
  'processes',
  'names',
  'applications',
  'nodes',
  'timeline',
])
