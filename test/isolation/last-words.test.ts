import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { ProgramChannel, ProgramEar } from '../../src/isolation/runtime/last-words.js'
import type { PortMessage } from '../../src/isolation/runtime/port.js'

/** What a program writes when it ends of those messages, of which the channel has taken the first ones. */
function written(messages: readonly PortMessage[], taken: number): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-'))
  const file = join(folder, 'pipe')
  const pipe = openSync(file, 'w')
  let count = 0
  const channel = new ProgramChannel((_, gone) => {
    if (count++ < taken) gone()
  }, pipe)
  for (const message of messages) channel.post(message)
  channel.end(7)
  closeSync(pipe)
  const bytes = readFileSync(file)
  rmSync(folder, { recursive: true })
  return bytes
}

/** What is heard of a program that ends, when so much came through the channel, and this through the pipe. */
async function heard(channel: readonly PortMessage[], bytes: Buffer) {
  const pipe = new PassThrough()
  const taken: unknown[] = []
  const failed: unknown[] = []
  const ear = new ProgramEar(
    pipe,
    (message) => taken.push(message),
    (error) => failed.push(error),
  )
  pipe.end(bytes)
  // That it ends is heard before it has.
  await new Promise((resolve) => pipe.once('end', resolve))
  for (const message of channel) ear.hear(message, true)
  ear.hear('of a library', false)
  if (!pipe.closed) await new Promise((resolve) => pipe.once('close', resolve))
  ear.end()
  return { taken: taken.filter((message) => message !== 'of a library'), failed }
}

const lines: readonly PortMessage[] = [1, 2, 3, 4].map((line) => [
  'report',
  { line, bytes: new Uint8Array(line) },
])

/** Said first, and heard at once: before what the channel has. */
const END: PortMessage = ['leaves', 7]

it('of a program that ends, what its channel has not taken comes behind what it has', async () => {
  const { taken, failed } = await heard(lines.slice(0, 2), written(lines, 2))
  expect([taken, failed]).toEqual([[END, ...lines], []])
})

it('what has come through the channel all the same is not taken twice', async () => {
  expect((await heard(lines.slice(0, 3), written(lines, 1))).taken).toEqual([END, ...lines])
})

it('of what is cut off in the middle, all before it is heard', async () => {
  const bytes = written(lines, 0)
  const { taken, failed } = await heard([], bytes.subarray(0, bytes.length - 1))
  expect([taken, failed]).toEqual([[END, ...lines.slice(0, 3)], []])
})

it('what cannot be read is told', async () => {
  const { taken, failed } = await heard([], Buffer.from([3, 0, 0, 0, 1, 2, 3]))
  expect([taken, failed]).toEqual([[], [expect.any(Error)]])
})
