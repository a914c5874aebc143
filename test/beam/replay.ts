/**
 * Replays golden files on the Heartwood beside it and prints how many scenarios of each fail, as one line of JSON;
 * what `mutants.ts` runs on each mutant, in a process of its own since a mutant may hang or crash.
 */
import { sameTrace, traceOf } from './comparison.js'
import { readGolden } from './golden-file.js'

/** Failures by file, in the order of the arguments; a file that a mutant does not get through has what failed till then. */
const failures: number[] = []

// A promise that nothing will ever settle ends the program without a word, so the result is told at its end.
process.on('exit', () => {
  process.stdout.write(JSON.stringify(failures))
})

for (const [index, file] of process.argv.slice(2).entries()) {
  failures[index] = 1
  let failed = 0
  for (const { scenario, trace } of readGolden(file)) {
    if (sameTrace(trace, await traceOf(scenario))) continue
    failed++
    failures[index] = failed
  }
  failures[index] = failed
}
