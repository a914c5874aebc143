/** What changes something: there only where it was allowed, with the token of the observer. */
import type { ObserverClient } from '../../application/index.js'
import { type Facts, rowsAnswer, wholeAnswer } from '../answer.js'
import { pick, query } from '../peer-values.js'
import { PROCESS, required, type Tool, text, whole, word } from '../tool.js'

const MESSAGES = 50
const SECONDS = 5

export const trace: Tool = {
  name: 'trace',
  description:
    'Watches the messages of one server for some seconds: each that comes in or goes out, with who sent it. It ends by itself. Changes nothing, but costs the server ' +
    'a little for each message.',
  parameters: {
    process: PROCESS,
    seconds: whole('How long at most; default 5.', 1, 30),
    limit: whole('Messages after which it ends; default 50.', 1, 200),
  },
  acts: true,
  async run(observer, given) {
    const pid = given.needed('process')
    const [seconds = SECONDS, limit = MESSAGES] = [given.number('seconds'), given.number('limit')]
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(seconds * 1_000)])
    const rows: Facts[] = []
    let isOn = false
    try {
      for await (const event of eventsOf(observer.stream(query('events', { trace: pid }), signal))) {
        // The stream is there: now nothing is missed.
        if (!isOn) await observer.act('trace', { pid, on: true })
        isOn = true
        if (event.name === 'trace') rows.push(pick(event.data, ['at', 'type', 'kind', 'text', 'peer']))
        if (rows.length >= limit) break
      }
    } finally {
      ended.abort()
      // What is gone by now is traced by nobody.
      if (isOn) await observer.act('trace', { pid, on: false }).catch(() => undefined)
    }
    return rowsAnswer({ process: pid, messages: rows.length }, rows, (shown) =>
      shown < rows.length
        ? { note: `${rows.length - shown} messages more were seen: use a smaller limit` }
        : undefined,
    )
  },
}

/** Characters of an event that has not ended yet; of more, it is no event. */
const LONGEST = 1_000_000

async function* eventsOf(
  pieces: AsyncIterable<string>,
): AsyncGenerator<{ readonly name: string; readonly data: unknown }, void> {
  let rest = ''
  for await (const piece of pieces) {
    const blocks = `${rest}${piece}`.split('\n\n')
    rest = (blocks.pop() ?? '').slice(0, LONGEST)
    for (const block of blocks) {
      const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/s.exec(block) ?? []
      yield { name, data: parsed(data) }
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Cut off, or no event of an observer.
    return undefined
  }
}

export const kill: Tool = {
  name: 'kill',
  description:
    'Ends a process. Its supervisor starts it again, which counts against the limit of its restarts. reason shutdown lets it clean up.',
  parameters: { process: PROCESS, reason: word('Default kill.', ['kill', 'shutdown']) },
  acts: true,
  run: (observer, given) =>
    done(observer, 'kill', { pid: given.needed('process'), reason: given.text('reason') }),
}

export const restart: Tool = {
  name: 'restart',
  description:
    'Stops a child of a static supervisor as its spec says and starts it again, which does not count against the limit of restarts.',
  parameters: {
    supervisor: required(text('The pid or registered name of its supervisor.', '0.3')),
    child: required(text('What its supervisor calls it: id in tree.', 'mailer')),
  },
  acts: true,
  run: (observer, given) =>
    done(observer, 'restart', { supervisor: given.needed('supervisor'), child: given.needed('child') }),
}

export const suspend: Tool = {
  name: 'suspend',
  description: 'Has a server handle no messages until it is resumed. They wait.',
  parameters: { process: PROCESS },
  acts: true,
  run: (observer, given) => done(observer, 'suspend', { pid: given.needed('process') }),
}

export const resume: Tool = {
  name: 'resume',
  description: 'Has a suspended server go on.',
  parameters: { process: PROCESS },
  acts: true,
  run: (observer, given) => done(observer, 'resume', { pid: given.needed('process') }),
}

async function done(observer: ObserverClient, action: string, body: Facts): Promise<string> {
  return wholeAnswer(pick(await observer.act(action, body), ['ok', 'done']), 'long texts are cut')
}
