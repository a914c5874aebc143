import { type RunningSystem } from '../../application/index.js'
import { HeartwoodError } from '../../kernel/index.js'
import { reasonLine, reopenLog } from '../../logging/index.js'

/**
 * SIGHUP opens the file of the log again and reads the configuration again, as it does with other servers; one that comes during the start has it read after
 * the start. In a terminal it says that the terminal is gone, and stays the end of the program.
 */
export class HangUp {
  #system: RunningSystem | undefined
  #early = false

  constructor() {
    if (process.stdin.isTTY !== true) process.on('SIGHUP', this.#reload)
  }

  set system(system: RunningSystem) {
    this.#system = system
    if (this.#early) this.#reload()
  }

  readonly #reload = (): void => {
    const system = this.#system
    if (system === undefined) this.#early = true
    else {
      reopenLog(system.logger)
      system.reload().catch((error: unknown) => {
        if (HeartwoodError.is(error, 'RELOAD_ENDED')) return
        const message = `SIGHUP: the configuration is not used, what was in force stays: ${reasonLine(error)}`
        system.logger.error({ kind: 'config' }, message)
      })
    }
  };

  [Symbol.dispose](): void {
    process.off('SIGHUP', this.#reload)
  }
}
