/** How figures are written. */
import type { Unit } from './scenario.js'
import { type Summary, summary } from './statistics.js'

/** `840 ns`, `1.20 µs`, `3.4 ms`; `712 B`, `1.4 GiB`; `1.8×`. */
export function figure(value: number, unit: Unit): string {
  if (unit === 'times') return times(value)
  return unit === 'ns' ? duration(value) : size(value)
}

/** The median, and between which values the samples lie. */
export function spread(samples: readonly number[], unit: Unit): string {
  const { median, min, max, count } = summary(samples)
  if (count === 1) return figure(median, unit)
  return `${figure(median, unit)} (${figure(min, unit)} – ${figure(max, unit)})`
}

/** `4.2×`, `0.31×`, `123×`. */
export function times(ratio: number): string {
  const digits = ratio >= 100 ? 0 : ratio >= 1 ? 1 : 2
  return `${ratio.toFixed(digits)}×`
}

export function percent(part: number): string {
  return `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`
}

export function ratio({ median, min, max, count }: Summary): string {
  return count === 1 ? times(median) : `${times(median)} (${times(min)} – ${times(max)})`
}

function duration(ns: number): string {
  if (ns < 1_000) return `${ns.toFixed(ns < 100 ? 1 : 0)} ns`
  if (ns < 1e6) return `${(ns / 1_000).toPrecision(3)} µs`
  return `${(ns / 1e6).toPrecision(3)} ms`
}

function size(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toFixed(0)} B`
  if (bytes < 2 ** 20) return `${(bytes / 2 ** 10).toFixed(1)} KiB`
  if (bytes < 2 ** 30) return `${(bytes / 2 ** 20).toFixed(0)} MiB`
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`
}
