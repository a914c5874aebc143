/** The observer in the thread or program of an isolated server: it answers that of the program that started it. */
import { start } from '../genserver/index.js'
import { type IsolateExtensionEntry, pidsAsSeenFrom } from '../isolation/index.js'
import { currentKernel, HeartwoodError } from '../kernel/index.js'
import type { IsolateObserverOrder } from './isolated/isolate-observers.js'
import { Views } from './observed-kernel.js'
import { Parameters } from './server/parameters.js'
import { ROUTES } from './server/routes.js'
import { Timeline } from './timeline.js'

/** Letters of an answer. */
const MOST = 4_000_000

/** Looks for the observer of the program that started this one. Heartwood itself calls it; it is exported only for that. */
export const observeThere: IsolateExtensionEntry = async (order, say) => {
  const { host } = order as IsolateObserverOrder
  const kernel = currentKernel()
  const timeline = new Timeline(kernel, () => {})
  const access = { actions: false, reading: 'open' } as const
  const views = new Views(kernel, timeline, access, undefined, { health: undefined, settings: undefined })
  const isolateObserver = {
    init: () => ({ state: undefined }),
    handleCall: async (path: unknown) => {
      const told = JSON.stringify(await look(views, String(path))) ?? ''
      views.sweep()
      return {
        state: undefined,
        reply: told.length > MOST ? undefined : pidsAsSeenFrom(told, host, kernel.node),
      }
    },
  }
  say(await kernel.run(() => start(isolateObserver, undefined, { label: 'observer' })))
  kernel.observers++
  return () => {}
}

async function look(views: Views, path: string): Promise<unknown> {
  const { pathname, searchParams } = new URL(`/${path}`, 'http://observer')
  const [name = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent)
  try {
    return await ROUTES[name]?.(views, new Parameters(searchParams), rest.join('/'))
  } catch (error) {
    // Somebody who has ended, most often.
    if (HeartwoodError.is(error)) return undefined
    throw error
  }
}
