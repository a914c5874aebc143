import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

/** Debian's, or another that is named. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** Whether there is a browser; without one these tests are skipped, and say so. */
export const HAS_CHROMIUM = existsSync(EXECUTABLE)

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser with an empty profile, gone without a trace when disposed of. */
export class Browser implements AsyncDisposable {
  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  static async launch(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'heartwood-chromium-'))
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: EXECUTABLE,
      args: ARGS,
      viewport: { width: 1440, height: 900 },
    })
    return new Browser(context, profile)
  }

  /** A page, and what its console complained of. */
  async open(url: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await this.context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      // A process that is gone is answered 404, which a browser logs.
      if (message.type() === 'error' && !message.text().includes('404')) complaints.push(message.text())
    })
    await page.goto(url)
    return { page, complaints }
  }

  /** Those that a test which failed has left open hold their event streams, of which a browser has six. */
  async closePages(): Promise<void> {
    await Promise.all(
      this.context
        .pages()
        .slice(1)
        .map((page) => page.close()),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close()
    rmSync(this.profile, { recursive: true, force: true })
  }
}
