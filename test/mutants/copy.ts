/** A copy of the project, in which mistakes are planted. */
import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

/** What is not copied: the packages are linked. */
const LEFT = new Set(['.git', 'node_modules'])

/** How a round of tests ended; of one that failed, the files of tests that did. */
export interface Outcome {
  readonly is: 'passed' | 'failed' | 'hung'
  readonly files: readonly string[]
}

/** What is read of vitest's report. */
interface Report {
  readonly testResults: readonly { readonly name: string; readonly status: string }[]
}

export class Copy implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'heartwood-mutants-'))

  constructor(private readonly root: string) {
    for (const entry of readdirSync(root)) {
      if (LEFT.has(entry)) continue
      cpSync(join(root, entry), join(this.folder, entry), { recursive: true, verbatimSymlinks: true })
    }
    const packages = join(this.folder, 'node_modules')
    mkdirSync(packages)
    for (const entry of readdirSync(join(root, 'node_modules'))) {
      // Caches are its own, and so is what its programs import by the name of the project.
      if (entry === 'heartwood') symlinkSync(this.folder, join(packages, entry))
      else if (!entry.startsWith('.') || entry === '.bin')
        symlinkSync(join(root, 'node_modules', entry), join(packages, entry))
    }
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8')
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }

  /** Makes what its programs run. */
  compile(): void {
    spawnSync(process.execPath, ['scripts/bundle.js'], { cwd: this.folder })
  }

  /** Runs tests until the first that fails. @param patience milliseconds after which they hang */
  async test(args: readonly string[], patience: number): Promise<Outcome> {
    const vitest = join(this.root, 'node_modules/vitest/vitest.mjs')
    const report = join(this.folder, 'mutants-report.json')
    rmSync(report, { force: true })
    const reporters = ['--reporter=json', `--outputFile.json=${report}`]
    // A group of its own, to end the programs of its tests with it.
    const run = spawn(process.execPath, [vitest, 'run', '--bail=1', ...reporters, ...args], {
      cwd: this.folder,
      detached: true,
      stdio: 'ignore',
    })
    let hung = false
    // biome-ignore lint/style/noRestrictedGlobals: real programs are given up.
    const timer = setTimeout(() => {
      hung = true
      process.kill(-(run.pid as number), 'SIGKILL')
    }, patience)
    const code = await new Promise((resolve) => run.once('exit', resolve))
    clearTimeout(timer)
    if (hung) return { is: 'hung', files: [] }
    return code === 0 ? { is: 'passed', files: [] } : { is: 'failed', files: this.#failedIn(report) }
  }

  #failedIn(report: string): string[] {
    // None is written when a mistake ends vitest itself.
    if (!existsSync(report)) return []
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
    return testResults
      .filter(({ status }) => status === 'failed')
      .map(({ name }) => relative(this.folder, name))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
