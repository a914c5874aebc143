/** A copy of the project, in which mistakes are planted. */
import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What is not copied: the packages are linked. */
const LEFT = new Set(['.git', 'node_modules'])
/** Milliseconds between two looks at what tests are doing. */
const LOOK = 5_000

export class Copy implements Disposable {
  readonly folder: string

  /** @param known the folder of one that was made before */
  constructor(
    private readonly root: string,
    known?: string,
  ) {
    this.folder = known ?? mkdtempSync(join(tmpdir(), 'heartwood-mutants-'))
    if (known !== undefined) return
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
    const { status, stderr } = spawnSync(process.execPath, ['scripts/bundle.js'], {
      cwd: this.folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the copy does not compile: ${stderr}`)
  }

  /**
   * Runs tests.
   *
   * @param look is called every few seconds, with what ends all of them
   * @returns whether all passed
   */
  async test(
    args: readonly string[],
    env: Record<string, string>,
    look: (end: () => void) => void,
  ): Promise<boolean> {
    const vitest = join(this.root, 'node_modules/vitest/vitest.mjs')
    const config = ['--config=test/mutants/vitest.config.ts', '--root=.']
    const hook = new URL('switch.js', import.meta.url).href
    // A group of its own, to end the programs of its tests with it.
    const run = spawn(process.execPath, [vitest, 'run', ...config, ...args], {
      cwd: this.folder,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env, NODE_OPTIONS: `--import=${hook}` },
    })
    // biome-ignore lint/style/noRestrictedGlobals: real programs are watched.
    const timer = setInterval(() => look(() => process.kill(-(run.pid as number), 'SIGKILL')), LOOK)
    const code = await new Promise((resolve) => run.once('exit', resolve))
    clearInterval(timer)
    return code === 0
  }

  [Symbol.dispose](): void {
    if (process.env.HEARTWOOD_MUTANTS_KEEP !== undefined) return
    rmSync(this.folder, { recursive: true, force: true })
  }
}
