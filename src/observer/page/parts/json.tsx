/** A value as a tree that folds. Everything in it is text. */
import { useState } from 'preact/hooks'
import { visible } from './format.ts'

const FIRST = 30

export function Json({ value, name, depth = 0 }: { value: unknown; name?: string; depth?: number }) {
  const isTree = typeof value === 'object' && value !== null
  const [open, setOpen] = useState(depth < 2)
  if (!isTree) {
    return (
      <div class="json">
        {name !== undefined && <span class="key">{visible(name)}</span>}
        <span class={`value ${value === null ? 'null' : typeof value}`}>{leaf(value)}</span>
      </div>
    )
  }
  const entries = Object.entries(value)
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`
  return (
    <div class="json">
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? '▾' : '▸'} {name !== undefined && <span class="key">{visible(name)}</span>}
        <span class="size">{size}</span>
      </button>
      {open && (
        <div class="inside">
          {entries.slice(0, FIRST).map(([key, each]) => (
            <Json key={key} name={key} value={each} depth={depth + 1} />
          ))}
          {entries.length > FIRST && <span class="size">… {entries.length - FIRST} more</span>}
        </div>
      )}
    </div>
  )
}

function leaf(value: unknown): string {
  return typeof value === 'string' ? visible(value) : String(value)
}
