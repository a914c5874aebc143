import { fromTransition } from 'xstate'

/** An actor that counts. */
export const cell = fromTransition(
  (state: number, event: { type: 'add'; by: number }): number => state + event.by,
  ({ input }: { input: number }): number => input,
)
