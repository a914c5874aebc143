import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from '../src/data-folder.js'
import { Journal } from '../src/journal.js'

let folder: string
let journals: Journal[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-journal-'))
  journals = []
})
afterEach(() => {
  for (const journal of journals) journal[Symbol.dispose]()
  rmSync(folder, { recursive: true })
})

function open(wallTime?: () => number): Journal {
  const journal = new Journal(wallTime)
  journals.push(journal)
  journal.open(folder)
  return journal
}
const file = () => join(folder, 'pulse.journal')

describe('the journal', () => {
  it('has in the next run what was committed, and no more', () => {
    const journal = open()
    journal.set('a', { n: 1 })
    journal.set('b', [2])
    journal.set('b', undefined)
    journal.set('c', 'text\nof lines')
    journal.commit()
    journal.set('d', 4)
    const next = open()
    expect(next.keys('')).toEqual(['a', 'c'])
    expect([next.get('a'), next.get('b'), next.get('c')]).toEqual([{ n: 1 }, undefined, 'text\nof lines'])
  })

  it('lists keys in the order in which they were noted last', () => {
    const journal = open()
    for (const key of ['x/1', 'x/2', 'y/1', 'x/1']) journal.set(key, true)
    expect(journal.keys('x/')).toEqual(['x/2', 'x/1'])
    journal.commit()
    expect(open().keys('x/')).toEqual(['x/2', 'x/1'])
  })

  it('survives a death in the middle of a line, at every byte of it', () => {
    const journal = open()
    journal.set('a', 'first')
    journal.commit()
    const whole = readFileSync(file()).length
    journal.set('b', 'second')
    journal.commit()
    const end = readFileSync(file()).length
    for (let cut = whole; cut < end; cut++) {
      truncateSync(file(), cut)
      const next = open()
      expect(next.get('a')).toBe('first')
      next.set('c', cut)
      next.commit()
      expect(open().get('c')).toBe(cut)
      writeFileSync(file(), readFileSync(file()).subarray(0, whole))
      appendFileSync(file(), `${JSON.stringify(['b', 1, 'second'])}\n`)
    }
  })

  it('does not grow for ever', () => {
    const journal = open()
    for (let round = 0; round < 4; round++) {
      for (let n = 0; n < 6_000; n++) journal.set(`key ${n}`, round)
      journal.commit()
    }
    expect(readFileSync(file(), 'utf8').split('\n').length).toBeLessThan(16_010)
    const next = open()
    expect([next.keys('').length, next.get('key 5999')]).toEqual([6_000, 3])
  })

  it('goes on in memory where there is no disk, and says so once', () => {
    const journal = open()
    journal[Symbol.dispose]()
    journal.set('a', 1)
    expect(journal.commit()).toBeUndefined()
    expect(journal.get('a')).toBe(1)
  })

  it('has a copy elsewhere, of which the later note counts, also when the clock was set back', () => {
    let now = 1_000
    const here = open(() => now)
    here.set('told/shop', 'down')
    here.set('out/1', 'alert')
    const copy = new Map(here.unsaved().map((note) => [note.key, note]))
    here.saved([...copy.values()])
    expect(here.unsaved()).toEqual([])
    now = 5
    here.set('out/1', undefined)
    here.set('told/shop', 'slow')
    for (const note of here.unsaved()) copy.set(note.key, note)

    const elsewhere = new Journal(() => now)
    elsewhere.merge([...copy.values()])
    expect([elsewhere.get('told/shop'), elsewhere.keys('out/')]).toEqual(['slow', []])
    elsewhere.set('told/shop', 'up')
    // Who has the journal itself believes no older copy.
    here.merge([{ key: 'told/shop', order: 1, value: 'old' }])
    expect(here.get('told/shop')).toBe('slow')
    here.merge(elsewhere.unsaved())
    expect(here.get('told/shop')).toBe('up')
  })
})

describe('a data folder', () => {
  it('is made with all that is missing above it', () => {
    makeFolder(join(folder, 'a', 'b'))
    makeFolder(join(folder, 'a', 'b'))
    writeFileSync(join(folder, 'a', 'b', 'file'), '')
    expect(() => makeFolder(join(folder, 'a', 'b', 'file'))).toThrow(/is no folder/)
    expect(() => makeFolder(join(folder, 'a', 'b', 'file', 'c'))).toThrow(/ENOTDIR|is no folder/)
  })

  it.skipIf(process.platform !== 'linux')('that cannot be is refused, and not tried for ever', () => {
    expect(() => makeFolder('/proc/pulse/data')).toThrow(/ENOENT.*\/proc\/pulse/)
  })
})
