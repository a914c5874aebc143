/**
 * Measures how many schedules each search needs for each bug and writes the table into the guide; with `--check` it
 * fails when the table there is another. All of it is decided by seeds, so that every machine finds the same.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explore } from 'heartwood/testing'
import { BUGS } from './bugs/index.js'
import { MOST, rowOf, SEARCHES } from './measurement.js'

const GUIDE = join(process.cwd(), 'docs/guides/simulation.md')
const [BEGIN, END] = ['<!-- bugs: written by npm run simulate:table -->', '<!-- end of bugs -->']

const HEAD = [
  '| the bug | random | PCT | exhaustive | places | fixed twin passes |',
  '| --- | --- | --- | --- | --- | --- |',
]

const rows: string[] = []
for (const bug of BUGS) {
  rows.push(await rowOf(bug))
  for (const strategy of SEARCHES) await explore({ strategy, runs: MOST, ...bug.options }, bug.fixed)
}

const page = readFileSync(GUIDE, 'utf8')
const [before, rest] = page.split(BEGIN)
const after = rest?.split(END)[1]
if (before === undefined || after === undefined) throw new Error(`${GUIDE} has no place for the table`)
const written = `${before}${BEGIN}\n\n${[...HEAD, ...rows].join('\n')}\n\n${END}${after}`
if (!process.argv.includes('--check')) writeFileSync(GUIDE, written)
else if (written !== page) {
  console.error(`The table in docs/guides/simulation.md is not what was measured:\n\n${rows.join('\n')}`)
  process.exitCode = 1
}
if (process.exitCode === undefined) {
  console.log(
    `${BUGS.length} bugs found by ${SEARCHES.length} searches; each fixed twin passed ${MOST} schedules of each`,
  )
}
