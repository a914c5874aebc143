/**
 * Scenarios recorded from a real BEAM, replayed on Heartwood: the traces must be the same, line by line. What a
 * scenario and a trace mean is told in `test/beam/scenario.ts`.
 */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { goldenFiles, readGolden } from '../beam/golden-file.js'
import { runOnHeartwood } from '../beam/heartwood.js'

const FOLDER = fileURLToPath(new URL('../beam/golden', import.meta.url))

for (const file of goldenFiles(FOLDER)) {
  const goldens = readGolden(file)

  describe(`the BEAM's traces in ${basename(file)}`, () => {
    test.each(goldens.map((golden) => [golden.scenario.id, golden] as const))('%s', async (_, golden) => {
      expect(await runOnHeartwood(golden.scenario)).toEqual(golden.trace)
    })
  })
}
