/** The tests of the project, each of them asked about mistakes: `npm run mutants`. */
import { existsSync, readFileSync } from 'node:fs'
import base from '../../vitest.config.js'

interface Project {
  readonly name: string
  readonly exclude: readonly string[]
}

const { test } = base as unknown as { test: { projects: { test: Project }[] } & Record<string, unknown> }
const runner = new URL('switching-runner.ts', import.meta.url).pathname

export default {
  ...base,
  test: {
    ...test,
    runner,
    // What mistakes leave behind is none of the test that runs then.
    dangerouslyIgnoreUnhandledErrors: process.env.HEARTWOOD_MUTANT === undefined,
    projects: test.projects
      .filter((project) => project.test.name !== 'measured')
      .map(({ test: own, ...project }) => ({
        ...project,
        test: { ...own, runner, exclude: [...own.exclude, ...left()] },
      })),
  },
}

/** The files of tests that are left out, one in a line. */
function left(): string[] {
  const file = process.env.HEARTWOOD_MUTANTS_LEFT
  return file === undefined || !existsSync(file) ? [] : readFileSync(file, 'utf8').split('\n').filter(Boolean)
}
