// Removes from dist/ the types of sources that are no more: tsc leaves it there, and the package would have it.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const files = existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: 'utf8' }) : []
for (const file of files) {
  const stem = /^(.*?)\.d\.ts(?:\.map)?$/.exec(file)?.[1]
  if (stem !== undefined && !existsSync(join(root, 'src', `${stem}.ts`))) rmSync(join(dist, file))
}
