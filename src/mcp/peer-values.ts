/** What the observer has sent: JSON of another program, which may be anything. */
import { read } from '../kernel/index.js'
import type { Facts } from './answer.js'

export function listIn(value: unknown, key: string): readonly Facts[] {
  const list = read(value, key)
  return Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null) : []
}

export function textIn(value: unknown, key: string): string | undefined {
  const text = read(value, key)
  return typeof text === 'string' ? text : undefined
}

export function numberIn(value: unknown, key: string): number | undefined {
  const number = read(value, key)
  return typeof number === 'number' ? number : undefined
}

/** Some of its properties, without those that say nothing: null, false, nothing at all, and an empty text or list. */
export function pick(value: unknown, keys: readonly string[]): Facts {
  return Object.fromEntries(keys.map((key) => [key, read(value, key)]).filter(([, each]) => says(each)))
}

function says(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false
  return !(Array.isArray(value) && value.length === 0)
}

/** A query, of what is given. */
export function query(path: string, parameters: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]))
  return given.length === 0 ? path : `${path}?${search}`
}
