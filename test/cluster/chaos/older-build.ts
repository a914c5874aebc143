/** The library and the program of a node as a commit of before had them, for nodes of two versions side by side. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export class OlderBuild {
  private constructor(private readonly folder: string) {}

  /** Builds it in a folder of its own. It takes the packages that are installed here. @throws what git and the build say */
  static async of(commit: string): Promise<OlderBuild> {
    const build = new OlderBuild(join(await mkdtemp(join(tmpdir(), 'heartwood-older-')), 'build'))
    await run('git', ['worktree', 'add', '--quiet', '--detach', build.folder, commit])
    try {
      await symlink(join(process.cwd(), 'node_modules'), join(build.folder, 'node_modules'))
      const inside = { cwd: build.folder }
      await run('npm', ['run', '--silent', 'build:library'], inside)
      await run(join(process.cwd(), 'node_modules/.bin/tsc'), ['-p', 'test/cluster'], inside)
    } catch (error) {
      await build.remove()
      throw error
    }
    return build
  }

  /** The program of a node. */
  get program(): string {
    return join(this.folder, 'test/cluster/dist/test/cluster/chaos/node.js')
  }

  async remove(): Promise<void> {
    await run('git', ['worktree', 'remove', '--force', this.folder])
    await rm(join(this.folder, '..'), { recursive: true, force: true })
  }
}
