/** What a program pays at each start for having Heartwood, in processor time, by the ratio to a Node that does nothing. */
import { spawnSync } from 'node:child_process'
import { describe, expect } from 'vitest'
import { measures } from '../measuring.js'

const addressOf = (path: string): string => new URL(`../../${path}`, import.meta.url).href
/** Writes what the whole program took, in microseconds, as the last it does. */
const TELLING = `process.on('exit', () => { const { user, system } = process.cpuUsage(); process.stderr.write(String(user + system)) });`
const BARE = TELLING
const importing = (path: string): string => `${TELLING} await import(${JSON.stringify(addressOf(path))})`
const commanding = (argument: string): string =>
  `process.argv.push('heartwood', ${JSON.stringify(argument)}); ${importing('bin/heartwood.js')}`

function timeOf(code: string): number {
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  return Number(stderr)
}

/** The least of some runs, in turns with the other: what else the machine does only adds. */
function ratioOf(code: string): number {
  const bare: number[] = []
  const ours: number[] = []
  for (let round = 0; round < 7; round++) {
    bare.push(timeOf(BARE))
    ours.push(timeOf(code))
  }
  return Math.min(...ours) / Math.min(...bare)
}

describe('a start with Heartwood, beside one of Node alone', () => {
  measures("takes no more than it does: import 'heartwood'", () => {
    expect(ratioOf(importing('dist/index.js'))).toBeLessThan(2.9)
  })

  measures("takes no more than it does: import 'heartwood/kernel'", () => {
    expect(ratioOf(importing('dist/entries/kernel.js'))).toBeLessThan(2)
  })

  measures('takes no more than it does: heartwood --version', () => {
    expect(ratioOf(commanding('--version'))).toBeLessThan(1.5)
  })
})
