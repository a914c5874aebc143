/** Files of scenarios with the traces of a real BEAM: one JSON object a line. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Golden } from './scenario.js'

export function readGolden(file: string): Golden[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Golden)
}

export function writeGolden(file: string, goldens: readonly Golden[]): void {
  writeFileSync(file, `${goldens.map((golden) => JSON.stringify(golden)).join('\n')}\n`)
}

/** The recorded files of a folder. */
export function goldenFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => join(folder, file))
}
