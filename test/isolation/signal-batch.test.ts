import { describe, expect, it } from 'vitest'
import { SignalReader, SignalWriter } from '../../src/isolation/runtime/signal-batch.js'
import type { Signal } from '../../src/kernel/index.js'

const cast = (...args: unknown[]) => [['count', args], undefined, 'heartwood.MethodCast'] as const

describe('a batch of signals', () => {
  it('comes as it was sent, whatever is in it, batch after batch', () => {
    const signals: Signal[] = [
      { op: 'send', to: 7, message: cast(1, 'two', [3], undefined) },
      { op: 'send', to: 'name', message: cast() },
      { op: 'send', to: 7, message: undefined },
      { op: 'send', to: 7, message: [[1, 2, 3]] },
      { op: 'send', to: 7, message: [{ data: 1 }, undefined, 'Money'] },
      { op: 'send', to: 7, message: [[], undefined, 'Empty'] },
      { op: 'call', id: 1, from: undefined, to: 'name', payload: cast(9) },
      { op: 'call', id: 2, from: 3, to: 4, payload: 5 },
      { op: 'reply', id: 1, value: [{ ok: true }] },
      { op: 'monitor', ref: 3, from: 0, to: 'name' },
      { op: 'link_exit', from: 1, to: 2, reason: 'killed' },
    ]
    const writer = new SignalWriter()
    const reader = new SignalReader()
    for (const batch of [signals, signals.toReversed(), []])
      expect(reader.signalsOf(structuredClone(writer.batchOf(batch)))).toEqual(batch)
  })
})
