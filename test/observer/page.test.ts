import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { pageFolder } from '../../src/observer/server/assets.js'
import { observed } from './world.js'

const PAGE = pageFolder() ?? ''

/** Bytes that a browser gets for the whole page, compressed. */
const BUDGET = 80 * 1024

const files = (): string[] =>
  readdirSync(PAGE, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name))

describe('the page as it is built', () => {
  it('is small', () => {
    const sizes = files().map((name) => gzipSync(readFileSync(join(PAGE, name)), { level: 9 }).length)
    expect(files().length).toBeGreaterThanOrEqual(4)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET)
  })

  it('names nothing from elsewhere, and has nothing inline that its policy would forbid', () => {
    const html = readFileSync(join(PAGE, 'index.html'), 'utf8')
    expect(html).not.toMatch(/https?:|<style|style=|\son\w+=|<script(?![^>]*src=)/)
    const code = files()
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(PAGE, name), 'utf8'))
      .join('')
    expect(code).not.toMatch(/dangerouslySetInnerHTML\s*:\s*\{|\beval\(|new Function\(|document\.write/)
  })

  it('is served with its types, compressed, and kept for ever where the name has a hash', async () => {
    await using world = await observed()
    const page = await world.ask('', { headers: { 'accept-encoding': 'gzip' } })
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'cache-control': 'no-cache',
    })
    const { text } = await world.ask('')
    const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(text) ?? []
    const asset = await world.ask(script)
    expect([asset.status, asset.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8'])
    expect(asset.headers['cache-control']).toContain('immutable')
    expect((await world.ask('', { method: 'HEAD' })).text).toBe('')
    expect((await world.ask('', { method: 'POST' })).status).toBe(405)
  })
})
