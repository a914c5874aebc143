import { describe, expect, it } from 'vitest'
import type { Alert } from '../src/alerts/alert.js'
import { filled, isTemplate, requestOf, type Service, serviceOf } from '../src/alerts/services.js'
import { sinksOf } from '../src/alerts/sinks.js'

const down: Alert = {
  id: 'a1',
  kind: 'down',
  target: 'shop',
  at: 0,
  text: 'shop is down: <!channel> & "more"',
}
const up: Alert = { id: 'a2', kind: 'up', target: 'shop', at: 60_000, text: 'shop is up again' }

const service = (text: string): Service => {
  const found = serviceOf(text)
  if (found === undefined) throw new Error(`${text} is no service`)
  return found
}
const sent = (text: string, alert = down) => {
  const { url, body, headers } = requestOf(service(text), alert)
  return { url, headers, body: headers['content-type'] === undefined ? body : JSON.parse(body) }
}

describe('an alert', () => {
  it('mentions nobody in a chat, whatever a target has answered', () => {
    expect(sent('slack:https://hooks.example/x').body).toEqual({
      text: 'shop is down: &lt;!channel&gt; &amp; "more"',
    })
    expect(sent('discord:https://hooks.example/x').body).toEqual({
      content: down.text,
      allowed_mentions: { parse: [] },
    })
  })

  it('is a card, a message or a notification, as the service takes it', () => {
    expect(sent('teams:https://hooks.example/x').body.attachments[0].content.body).toEqual([
      { type: 'TextBlock', text: down.text, wrap: true },
    ])
    expect(sent('telegram:123:abc@-42')).toMatchObject({
      url: 'https://api.telegram.org/bot123:abc/sendMessage',
      body: { chat_id: '-42', text: down.text },
    })
    expect(sent('telegram:123:abc@@channel').body.chat_id).toBe('@channel')
    expect(sent('ntfy:https://ntfy.example/topic')).toEqual({
      url: 'https://ntfy.example/topic',
      body: down.text,
      headers: { title: 'Pulse', priority: '5', tags: 'rotating_light' },
    })
  })

  it('opens an incident, and its end closes the same', () => {
    const key = 'pagerduty:0123456789abcdef0123456789abcdef'
    const [opened, closed] = [sent(key).body, sent(key, up).body]
    expect(opened).toMatchObject({
      event_action: 'trigger',
      payload: { summary: down.text, severity: 'critical', source: 'shop' },
    })
    expect(closed).toMatchObject({ event_action: 'resolve', dedup_key: opened.dedup_key })
  })

  it('fills a template, and stays JSON', () => {
    const template = '{"msg": "[{{kind}}] {{text}}", "when": "{{at}}"}'
    expect(JSON.parse(filled(template, down))).toEqual({
      msg: '[down] shop is down: <!channel> & "more"',
      when: '1970-01-01T00:00:00.000Z',
    })
    expect(isTemplate(template)).toBe(true)
    expect(isTemplate('{"msg": {{text}}}')).toBe(false)
    expect(isTemplate('{"msg": "{{txt}}"}')).toBe(false)
  })

  it('that is not taken says by whom, and not where', async () => {
    const answers: typeof fetch = async () => new Response('no', { status: 404 })
    const services = [service('slack:https://hooks.example/SECRET-1')]
    const [sink] = sinksOf({ stdout: false, webhooks: [], services }, { fetch: answers, write: () => {} })
    expect(sink?.name).toBe('slack-1')
    await expect(sink?.deliver(down, new AbortController().signal)).rejects.toThrow(/^slack answered 404$/)
  })
})

describe('a service that is written down wrongly', () => {
  it.each([
    'mail:x',
    'slack:hooks',
    'telegram:123',
    'pagerduty:short',
    'https://hooks.example',
  ])('%s', (text) => {
    expect(serviceOf(text)).toBeUndefined()
  })
})
