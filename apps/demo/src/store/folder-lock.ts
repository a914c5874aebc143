import { join } from 'node:path'
import Database from 'libsql'
import { makeFolder } from '../data-folder.js'
import { isHeld } from './opened-store.js'

/** Another Pulse works in the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/**
 * Keeps a data folder for one Pulse: two would write over one another's journal, and tell every alert twice. SQLite's lock
 * of a file is the system's own, so it ends with the program, also with a `kill -9`; the empty file that stays says nothing.
 */
export class FolderLock implements Disposable {
  #file: Database.Database | undefined

  /**
   * Does nothing when the folder is held already.
   *
   * @throws FolderInUse; and what the system says when the folder takes no file
   */
  hold(folder: string): void {
    if (this.#file !== undefined) return
    makeFolder(folder)
    const file = new Database(join(folder, 'pulse.lock'), { timeout: 0 })
    try {
      file.exec('BEGIN EXCLUSIVE')
      this.#file = file
    } catch (error) {
      file.close()
      if (!isHeld(error)) throw error
      throw new FolderInUse(
        `another Pulse works in the folder ${folder} (PULSE_DATA); stop it, or give this one a folder of its own`,
      )
    }
  }

  [Symbol.dispose](): void {
    this.#file?.exec('ROLLBACK')
    this.#file?.close()
    this.#file = undefined
  }
}
