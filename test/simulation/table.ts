/**
 * Measures how many schedules each search needs for each bug and writes the table into the page; with `--check` it
 * fails when the table there is another. All of it is decided by seeds, so that every machine finds the same.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explore } from 'heartwood/testing'
import { BUGS } from './bugs/index.js'
import { clusterBugs, clusterRowOf, VARIANTS } from './cluster-bugs/measurement.js'
import { foundRowOf, MOST, rowOf, SEARCHES } from './measurement.js'

const PAGE = join(process.cwd(), 'docs/simulation-bugs.md')

/** The part of the page between two marks. */
class Part {
  readonly #begin: string
  readonly #end: string

  constructor(name: string) {
    this.#begin = `<!-- ${name}: written by npm run simulate:table -->`
    this.#end = `<!-- end of ${name} -->`
  }

  filledWith(page: string, lines: readonly string[]): string {
    const [before, rest] = page.split(this.#begin)
    const after = rest?.split(this.#end)[1]
    if (before === undefined || after === undefined)
      throw new Error(`${PAGE} has no place for ${this.#begin}`)
    return `${before}${this.#begin}\n\n${lines.join('\n')}\n\n${this.#end}${after}`
  }
}

const HEAD = [
  '| the bug | random | PCT | exhaustive | places | fixed twin passes |',
  '| --- | --- | --- | --- | --- | --- |',
]
const FOUND_HEAD = [
  '| the bug | random: s | steps | PCT: s | steps | exhaustive: s | steps |',
  '| --- | --- | --- | --- | --- | --- | --- |',
]
const CLUSTER_HEAD = [
  '| the bug | in | random | PCT | places (of them faults) | steps | runs of the fixed twin |',
  '| --- | --- | --- | --- | --- | --- | --- |',
]

const isCheck = process.argv.includes('--check')
const rows: string[] = []
const found: string[] = []
for (const bug of BUGS) {
  rows.push(await rowOf(bug))
  // Seconds are the machine's: no check compares them.
  if (!isCheck) found.push(await foundRowOf(bug))
  for (const strategy of SEARCHES) await explore({ strategy, runs: MOST, ...bug.options }, bug.fixed)
}
const ofClusters: string[] = []
for (const bug of await clusterBugs(VARIANTS)) ofClusters.push(await clusterRowOf(bug))

const page = readFileSync(PAGE, 'utf8')
const ofBugs = new Part('bugs').filledWith(page, [...HEAD, ...rows])
// Each change of the layer of clusters changes how many steps its runs take: a check asks that all are found, and that all twins pass.
const written = isCheck
  ? ofBugs
  : new Part('cluster bugs').filledWith(ofBugs, [...CLUSTER_HEAD, ...ofClusters])
const missed = ofClusters.filter((row) => row.includes('not found'))
if (!isCheck) writeFileSync(PAGE, new Part('found').filledWith(written, [...FOUND_HEAD, ...found]))
else if (written !== page) {
  console.error(
    `The table in docs/simulation-bugs.md is not what was measured:\n\n${[...rows, ...ofClusters].join('\n')}`,
  )
  process.exitCode = 1
}
if (missed.length > 0) {
  console.error(`Not found any more:\n\n${missed.join('\n')}`)
  process.exitCode = 1
}
if (process.exitCode === undefined) {
  console.log(
    `${BUGS.length} bugs found by ${SEARCHES.length} searches; each fixed twin passed ${MOST} schedules of each; ${ofClusters.length} cluster bugs found`,
  )
}
