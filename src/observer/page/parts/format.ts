/** Numbers as people read them. */

export function bytes(value: number): string {
  if (value < 1024 * 1024) return `${Math.round(value / 1024)} KB`
  const mb = value / 1024 / 1024
  return mb < 1024 ? `${mb.toFixed(mb < 100 ? 1 : 0)} MB` : `${(mb / 1024).toFixed(2)} GB`
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

export function rate(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  return value >= 1_000
    ? `${(value / 1_000).toFixed(1)} k/s`
    : `${value < 10 ? value.toFixed(1) : Math.round(value)} /s`
}

export function percent(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(value < 10 ? 1 : 0)} %`
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

export function clock(at: number): string {
  const date = new Date(at)
  const pad = (n: number): string => String(n).padStart(2, '0')
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

/** What cannot be seen, and what has a page write from right to left. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu

/** A text of somebody else's in which what acts on its neighbours is written out; lines and tabs stay. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (sign) =>
    sign === '\n' || sign === '\t' ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
