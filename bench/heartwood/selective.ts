import { receive, self, send } from 'heartwood'
import { began, perOperation, type Sample } from '../harness/sample.js'

const UNRELATED = 10_000

export async function work(size: number): Promise<Sample> {
  const me = self()
  for (let i = 0; i < UNRELATED; i++) send(me, { kind: 'noise', i })
  const start = began()
  let counted = 0
  for (let i = 0; i < size; i++) {
    send(me, { kind: 'wanted', i })
    const { kind } = await receive(isWanted)
    if (kind === 'wanted') counted++
  }
  return perOperation(start, counted)
}

function isWanted(message: unknown): message is { kind: 'wanted' } {
  return (message as { kind?: unknown }).kind === 'wanted'
}
