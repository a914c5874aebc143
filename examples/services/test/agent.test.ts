import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { Service } from './service.js'

interface Message {
  readonly role: string
  readonly text: string
}

/**
 * A model on loopback. `use add 1+2, hang` has it ask for those tools, and answer with what they said; `for ever add 1+2` has it
 * ask for the same again and again; `think` has it never answer.
 */
function model(messages: readonly Message[]): object | undefined {
  const said = messages.findLast(({ role }) => role === 'user')?.text ?? ''
  const [how] = said.split(' ')
  const results = messages.slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
  if (how === 'think') return undefined
  const wanted = said.replace(/^(use|for ever) /, '').split(', ')
  const tools = wanted.map((each) => ({
    name: each.split(' ')[0],
    input: each.split(' ').slice(1).join(' '),
  }))
  if (said.startsWith('for ever')) return { tools, tokens: 1 }
  if (how === 'use' && results.length === 0) return { tools, tokens: 10 }
  return {
    text: how === 'use' ? results.map((result) => result.text).join('; ') : `you said: ${said}`,
    tokens: 10,
  }
}

describe('an agent with tools that do not behave', () => {
  let brain: Server
  let service: Service
  before(async () => {
    brain = createServer(async (request, response) => {
      const { messages } = JSON.parse(await text(request)) as { messages: Message[] }
      const answer = model(messages)
      if (answer !== undefined) response.end(JSON.stringify(answer))
    }).listen(0, '127.0.0.1')
    await once(brain, 'listening')
    const { port } = brain.address() as AddressInfo
    // Long enough for a busy machine; what must be cut off takes that long.
    const env = { MODEL_URL: `http://127.0.0.1:${port}`, MODEL_TIME: '8000', TOOL_TIME: '5000' }
    service = new Service('dist/programs/agent.js', env)
  })
  after(async () => {
    await service[Symbol.asyncDispose]()
    brain.closeAllConnections()
    brain.close()
  })

  const say = async (id: string, body: string): Promise<string> => {
    const answer = await fetch(`${await service.url()}/${id}`, { method: 'POST', body })
    assert.equal(answer.status, 200)
    return answer.text()
  }
  const state = async (id: string): Promise<{ messages: number; tokens: number }> =>
    JSON.parse((await service.request(id)).text)

  it('answers, with tools and without, and remembers', async () => {
    assert.equal(await say('a', 'hello'), 'you said: hello')
    assert.equal(await say('a', 'use add 1+2, add 3+4, unknown'), '3; 7; there is no tool unknown')
    assert.deepEqual(await state('a'), { messages: 7, tokens: 170 })
  })

  it('goes on after tools that hang, crash, flood, and yield nothing without end, all at once', async () => {
    const answer = await say('b', 'use hang, crash, flood, mumble, add 20+3')
    const [hung, crashed, flooded, mumbled, added] = answer.split('; ')
    assert.equal(hung, 'hang was not done within 5000 ms')
    assert.match(crashed ?? '', /^crash crashed: .*JSON/)
    assert.match(flooded ?? '', /^and another thing, .*… \(cut off\)$/)
    assert.ok((flooded ?? '').length < 2_100)
    assert.equal(mumbled, 'mumble was not done within 5000 ms')
    assert.equal(added, '23')
    assert.equal(await say('b', 'and now?'), 'you said: and now?')
  })

  it('has the code of a tool killed that never gives the loop back, while others are answered', async () => {
    const stuck = say('c', `use matches ${'a'.repeat(40)} ^(a+)+$!`)
    assert.equal(await say('d', 'hello'), 'you said: hello')
    assert.match(await stuck, /^matches (crashed|was not done)/)
    assert.equal(await say('c', 'use matches heartwood ^heart'), 'true')
  })

  it('is cancelled at once, with its tools', async () => {
    const from = service.lines.length
    const turn = say('e', 'use hang')
    // The turn has begun when it has cost something.
    while ((await state('e')).tokens === 200);
    assert.equal(await say('e', 'hurry'), 'wait: I am still at the last one')
    assert.equal((await service.request('e', { method: 'DELETE' })).text, 'true')
    assert.equal(await turn, 'cancelled')
    await service.line('the tool that hangs was ended', from)
    assert.deepEqual(await state('e'), { messages: 2, tokens: 190 })
    assert.equal(await say('e', 'hello'), 'you said: hello')
  })

  it('ends a turn that never comes to an end', async () => {
    assert.equal(await say('f', 'for ever add 1+2'), 'no answer after 6 steps')
    assert.equal(await say('f', 'hello'), 'you said: hello')
  })

  it('is refused more than its budget', async () => {
    const answers: string[] = []
    for (let turn = 0; turn < 12; turn++) answers.push(await say('g', 'use add 1+2'))
    assert.deepEqual([...new Set(answers)], ['3', 'the budget of this conversation is spent'])
    assert.ok((await state('g')).tokens <= 0)
  })

  it('does not wait for ever for a model', async () => {
    assert.equal(await say('h', 'think'), 'the model does not answer')
    assert.equal(await say('h', 'hello'), 'you said: hello')
  })

  it('stops in order', async () => {
    service.kill('SIGTERM')
    assert.equal(await service.exited, 0)
    assert.equal(service.lines.at(-1), 'the tree has stopped')
    assert.equal(service.errors, '')
  })
})
