/** The observer's API, as the page uses it. All text in it is shown as text, whatever it holds. */

export type State = 'up' | 'restarting' | 'stopped'

export interface TreeNode {
  readonly id: string
  readonly key: string
  readonly kind: 'supervisor' | 'dynamic supervisor' | 'worker' | 'application' | 'more'
  readonly restart?: string
  readonly strategy?: string
  readonly pid: string | null
  readonly name?: string
  readonly label?: string
  readonly behaviour: string
  readonly state: State
  readonly busy?: true
  readonly queue: number
  readonly restarts: number
  readonly retryIn?: number
  readonly childCount?: number
  readonly children?: readonly TreeNode[]
}

export interface Tree {
  readonly applications: readonly { readonly name: string; readonly root: TreeNode | null }[]
  readonly roots: readonly TreeNode[]
  readonly truncated: boolean
}

export interface Who {
  readonly pid?: string
  readonly name?: string
  readonly label?: string
}

export interface Row extends Who {
  readonly pid: string
  readonly gone?: true
  readonly behaviour: string
  readonly type: string
  readonly status: string
  readonly queue: number
  readonly handled: number
  readonly rate: number | null
  readonly time: number | null
  readonly links: number
  readonly owned: number
  readonly parent: string | null
}

export interface ListPage {
  readonly listing: number
  readonly total: number
  readonly matched: number
  readonly offset: number
  readonly rows: readonly Row[]
}

export interface Detail extends Row {
  readonly ancestors: readonly Who[]
  readonly linked: readonly Who[]
  readonly monitors: readonly Who[]
  readonly monitoredBy: readonly Who[]
  readonly supervisor:
    | (Who & { readonly child: string; readonly restart: string; readonly shutdown: string })
    | null
  readonly supervises: {
    readonly kind: string
    readonly strategy: string
    readonly intensity: number
    readonly period: number
    readonly children: number
  } | null
  readonly restarts: number | null
  readonly trapping: boolean
  readonly mailbox: Readonly<Record<string, unknown>> | null
  readonly messages: readonly { readonly kind: string; readonly text: string; readonly from: string | null }[]
  readonly resources: readonly string[]
  readonly timers: number
  readonly doing: { readonly message: string; readonly for: number | null } | null
  readonly state: {
    readonly value?: unknown
    readonly mode?: 'running' | 'suspended'
    readonly busy?: true
    readonly none?: true
    readonly error?: string
  }
}

export interface PageEntry {
  readonly step: string
  readonly key: string
  readonly value: unknown
  readonly opens: boolean
}

/** One level of a value, and of that one page. */
export interface ValuePage {
  readonly kind: 'list' | 'map' | 'set' | 'record' | 'text' | 'value'
  readonly names: readonly string[]
  readonly size: number
  readonly offset: number
  readonly entries: readonly PageEntry[]
  readonly text?: string
  readonly note?: string
}

export interface StatePage {
  readonly page?: ValuePage
  readonly busy?: true
  readonly none?: true
  readonly error?: string
}

export interface Lag {
  readonly mean: number
  readonly p99: number
  readonly max: number
}

export interface Vitals {
  readonly at: number
  readonly processes: number
  readonly spawned: number
  readonly deadLetters: number
  readonly timers: number
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly heapTotal: number }
  readonly lag: Lag | null
}

export interface Overview extends Vitals {
  readonly node: string
  readonly osPid: number
  readonly uptime: number
  readonly names: number
  readonly strayFailures: number
  readonly actions: boolean
  readonly reading: 'open' | 'token'
  readonly logLevel: string | null
}

export interface TimelineEvent {
  readonly seq: number
  readonly at: number
  readonly kind: 'crash' | 'exit' | 'restart' | 'report' | 'refused'
  readonly level: string
  readonly message: string
  readonly pid?: string
  readonly name?: string
  readonly supervisor?: string
  readonly child?: string
  readonly reason?: string
  readonly incident?: string
  readonly report: Readonly<Record<string, unknown>>
}

export interface TraceEvent {
  readonly seq: number
  readonly at: number
  readonly pid: string
  readonly type: string
  readonly kind: string
  readonly text: string
  readonly peer: Who | null
}

/** What the observer answered instead. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const KEY = 'heartwood-observer-token'

/** The token, for as long as this tab is open. */
export const token = {
  get: (): string => sessionStorage.getItem(KEY) ?? '',
  set: (value: string): void => sessionStorage.setItem(KEY, value),
}

function headers(): Record<string, string> {
  const value = token.get()
  return value === '' ? {} : { authorization: `Bearer ${value}` }
}

async function answered<T>(response: Response): Promise<T> {
  const body = await response.json().catch(() => undefined)
  if (response.ok) return body as T
  const { code = 'UNKNOWN', message = response.statusText } = body?.error ?? {}
  throw new ApiError(response.status, code, message)
}

export async function get<T>(path: string, parameters: Record<string, string | number> = {}): Promise<T> {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== '') search.set(name, String(value))
  const query = search.size === 0 ? '' : `?${search}`
  return answered<T>(await fetch(`api/${path}${query}`, { headers: headers() }))
}

export async function act(action: string, body: unknown): Promise<string> {
  const response = await fetch(`api/actions/${action}`, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await answered<{ done: string }>(response)).done
}

/** Follows the event stream until aborted; it comes back by itself. An `EventSource` could not say the token. */
export async function follow(
  trace: string | undefined,
  signal: AbortSignal,
  told: (event: string, data: unknown) => void,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const query = trace === undefined ? '' : `?trace=${encodeURIComponent(trace)}`
      const response = await fetch(`api/events${query}`, { headers: headers(), signal })
      if (!response.ok || response.body === null) await answered(response)
      failures = 0
      await read(response.body as ReadableStream<Uint8Array>, told)
    } catch (error) {
      if (signal.aborted) return
      told('failed', error)
      if (error instanceof ApiError && error.status !== 503) return
      failures++
    }
    told('lost', undefined)
    await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 250 * 2 ** failures)))
  }
}

async function read(
  body: ReadableStream<Uint8Array>,
  told: (event: string, data: unknown) => void,
): Promise<void> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += decoder.decode(part.value, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, event = '', data = 'null'] = /^event: (.*)\ndata: (.*)$/s.exec(block) ?? []
      if (event !== '') told(event, JSON.parse(data))
    }
  }
}

/** How a process is called. */
export function titleOf({ name, label, pid }: Who): string {
  return name ?? label ?? pid ?? '?'
}
