/** An order that is asked about once, where it is given. */
import { useState } from 'preact/hooks'
import { focused } from './hooks.ts'

interface DangerProps {
  readonly word: string
  readonly question: string
  readonly act: () => void
}

export function Danger({ word, question, act }: DangerProps) {
  const [asked, setAsked] = useState(false)
  if (!asked) {
    return (
      <button type="button" class="danger" onClick={() => setAsked(true)}>
        {word}
      </button>
    )
  }
  return (
    <span class="asked" role="group" aria-label={question}>
      <span>{question}</span>
      <button
        type="button"
        class="danger"
        ref={focused}
        onClick={() => {
          setAsked(false)
          act()
        }}
      >
        Yes, {word.toLowerCase()} it
      </button>
      <button type="button" onClick={() => setAsked(false)}>
        No
      </button>
    </span>
  )
}
