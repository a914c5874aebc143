import type { HttpTarget, JsonWanted, StatusWanted } from '../target.js'
import type { Notes } from './check.js'
import { isHarmless, type JudgeJson, judgeJson } from './json-body.js'
import { following } from './redirects.js'

/** So much of a body is looked at; a longer one is cut off here. */
const BODY_LIMIT = 1_048_576

const COMMON = { 'user-agent': 'Pulse/0.1 (uptime monitor)', accept: '*/*' }

/** One HTTP request. Resolves with what is wrong with the answer. */
export async function httpCheck(
  target: HttpTarget,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
  notes: Notes,
  judge: JudgeJson,
): Promise<string | undefined> {
  const own = Object.entries(target.headers).map(([name, value]) => [name, value.reveal()] as const)
  const init: RequestInit = {
    method: target.method,
    signal,
    redirect: 'manual',
    headers: {
      ...COMMON,
      ...(target.authorization && { authorization: target.authorization.reveal() }),
      ...Object.fromEntries(own),
    },
    ...(target.payload && { body: target.payload.reveal() }),
  }
  const address = target.address.reveal()
  const response =
    target.redirects === 'stop' ? await fetch(address, init) : await following(fetch, address, init, COMMON)
  notes.answered(response.status)
  const wrong = isWanted(response.status, target.status)
    ? await judgeBody(response.body, target, (content, wanted) => judge(content, wanted, signal))
    : `answered ${response.status}, expected ${shownStatus(target.status)}`
  // A body that was read to its end, or left early, is let go already.
  if (response.body !== null && !response.bodyUsed) await response.body.cancel()
  return wrong
}

/** Whether a status is one of those that are wanted: numbers, or classes such as `2xx`. */
export function isWanted(status: number, wanted: StatusWanted): boolean {
  if (Array.isArray(wanted)) return wanted.some((each) => isWanted(status, each))
  return typeof wanted === 'number' ? status === wanted : Math.floor(status / 100) === Number(wanted[0])
}

const shownStatus = (wanted: StatusWanted): string =>
  Array.isArray(wanted) ? wanted.join(' or ') : String(wanted)

async function judgeBody(
  body: ReadableStream<Uint8Array> | null,
  { body: text, bodyWithout, json }: HttpTarget,
  judge: (content: string, wanted: JsonWanted) => ReturnType<JudgeJson>,
): Promise<string | undefined> {
  // Only a text that is to be there can be found early.
  if (bodyWithout === undefined && json === undefined) {
    if (text === undefined) return undefined
    return (await contains(body, text)) ? undefined : `body does not contain "${text}"`
  }
  const { content, isWhole } = await read(body)
  if (text !== undefined && !content.includes(text)) return `body does not contain "${text}"`
  if (bodyWithout !== undefined && content.includes(bodyWithout)) return `body contains "${bodyWithout}"`
  if (json === undefined) return undefined
  if (!isWhole) return `body is longer than ${BODY_LIMIT} bytes, too long to be read as JSON`
  return isHarmless(content, json) ? judgeJson(content, json) : judge(content, json)
}

/** Searches a body piece by piece, and lets the rest of it go as soon as the text was found. */
async function contains(body: ReadableStream<Uint8Array> | null, text: string): Promise<boolean> {
  if (body === null) return false
  const decoder = new TextDecoder()
  let seen = ''
  let length = 0
  // Leaving the loop early cancels the body.
  for await (const chunk of body) {
    length += chunk.byteLength
    // Only the end of what was searched can be the beginning of the text.
    seen = seen.slice(-text.length) + decoder.decode(chunk, { stream: true })
    if (seen.includes(text)) return true
    if (length >= BODY_LIMIT) return false
  }
  return (seen + decoder.decode()).includes(text)
}

async function read(
  body: ReadableStream<Uint8Array> | null,
): Promise<{ readonly content: string; readonly isWhole: boolean }> {
  if (body === null) return { content: '', isWhole: true }
  const decoder = new TextDecoder()
  let content = ''
  let length = 0
  for await (const chunk of body) {
    length += chunk.byteLength
    content += decoder.decode(chunk, { stream: true })
    if (length >= BODY_LIMIT) return { content, isWhole: false }
  }
  return { content: content + decoder.decode(), isWhole: true }
}
