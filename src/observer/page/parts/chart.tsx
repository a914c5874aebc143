/** A line over time, small and calm: no axis but the highest value. */

interface ChartProps {
  readonly title: string
  readonly values: readonly number[]
  readonly shown: (value: number) => string
  /** How many values fill the width. */
  readonly span?: number
}

const WIDTH = 240
const HEIGHT = 56

export function Chart({ title, values, shown, span = 60 }: ChartProps) {
  const recent = values.slice(-span)
  const top = Math.max(1e-9, ...recent)
  const x = (at: number): number => WIDTH - ((recent.length - 1 - at) * WIDTH) / (span - 1)
  const y = (value: number): number => HEIGHT - 2 - (value / top) * (HEIGHT - 6)
  const line = recent.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const last = recent.at(-1)
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        <b>{last === undefined ? '–' : shown(last)}</b>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {recent.length > 1 && (
          <>
            <polygon class="area" points={`${x(0)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
            <polyline class="line" points={line} />
          </>
        )}
      </svg>
      <small>{recent.length > 1 ? `most ${shown(Math.max(...recent))}` : 'a moment …'}</small>
    </figure>
  )
}
