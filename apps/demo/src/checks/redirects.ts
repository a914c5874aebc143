/** Redirects are followed here and not by fetch, which leaves no more out than a header it knows. */
import { credited } from '../address.js'
import { ProtocolError } from './failure.js'

/** As many as fetch itself follows. */
const MOST = 20
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308]

/** What is asked, step by step. */
interface Step {
  readonly address: string
  readonly init: RequestInit
}

/**
 * Asks, and follows where the answers lead. What is sent to the target and may be a secret (its own headers, who asks, a body) is
 * for its origin alone: from the first redirect to another one on it is left out.
 *
 * @param common headers that anybody may see
 */
export async function following(
  fetch: typeof globalThis.fetch,
  address: string,
  init: RequestInit,
  common: Readonly<Record<string, string>>,
): Promise<Response> {
  let step: Step = { address, init: { ...init, redirect: 'manual' } }
  for (let steps = 0; steps <= MOST; steps++) {
    const response = await fetch(step.address, step.init)
    const location = response.headers.get('location')
    if (!REDIRECTS.includes(response.status) || location === null) return response
    await response.body?.cancel()
    step = next(step, response.status, location, common)
  }
  throw new ProtocolError(`it redirects more than ${MOST} times`)
}

function next(
  { address, init }: Step,
  status: number,
  location: string,
  common: Readonly<Record<string, string>>,
): Step {
  if (!URL.canParse(location, address)) throw new ProtocolError('it redirects to what is no address')
  const url = new URL(location, address)
  if (!/^https?:$/.test(url.protocol)) throw new ProtocolError('it redirects to what is no http address')
  const led = credited(url.href)
  const isOther = url.origin !== new URL(address).origin
  const headers = new Headers(isOther ? common : init.headers)
  if (led.authorization !== undefined) headers.set('authorization', led.authorization)
  const { body, ...rest } = init
  // As browsers do it.
  const asksAgain = status === 303 ? init.method !== 'HEAD' : status < 303 && init.method === 'POST'
  const method = asksAgain ? 'GET' : init.method
  const again: RequestInit = { ...rest, headers, ...(method !== undefined && { method }) }
  return {
    address: led.address,
    init: asksAgain || isOther || body === undefined ? again : { ...again, body },
  }
}
