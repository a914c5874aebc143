/** The state of a process by shape and colour: nobody has to tell green from red. */

export type Look =
  | 'up'
  | 'busy'
  | 'restarting'
  | 'stopped'
  | 'crash'
  | 'exit'
  | 'restart'
  | 'report'
  | 'refused'

const WORDS: Record<Look, string> = {
  up: 'up',
  busy: 'busy',
  restarting: 'restarting',
  stopped: 'stopped',
  crash: 'crash',
  exit: 'exit',
  restart: 'restart',
  report: 'report',
  refused: 'refused',
}

function Shape({ look }: { look: Look }) {
  switch (look) {
    case 'up':
      return <circle cx="6" cy="6" r="4" />
    case 'busy':
      return <path d="M6 1.2 10.8 6 6 10.8 1.2 6Z" />
    case 'restarting':
    case 'restart':
      return <path d="M6 1.4 11 10.4H1Z" />
    case 'stopped':
      return <rect x="2.2" y="2.2" width="7.6" height="7.6" rx="1" class="hollow" />
    case 'crash':
      return <path d="M2.4 2.4 9.6 9.6M9.6 2.4 2.4 9.6" class="line" />
    case 'exit':
      return <path d="M2 6H10" class="line" />
    case 'refused':
      return <path d="M6 1.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4M3 9 9 3" class="line" />
    case 'report':
      return <path d="M6 2v5M6 9.4v.2" class="line" />
  }
}

export function Mark({ look }: { look: Look }) {
  return (
    <svg class={`mark is-${look}`} viewBox="0 0 12 12" role="img" aria-label={WORDS[look]}>
      <title>{WORDS[look]}</title>
      <Shape look={look} />
    </svg>
  )
}
