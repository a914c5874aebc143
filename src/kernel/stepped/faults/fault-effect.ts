/** The effect of a fault: what happens to a process in its next step, or to a message that it is about to take. */
export type FaultEffect =
  /** Its code throws this error: in its init, in the handler, or where it waits. */
  | { readonly what: 'crash'; readonly thrown: unknown }
  | { readonly what: 'kill' }
  /** It does nothing from now on. */
  | { readonly what: 'hang' }
  /** The message is lost. */
  | { readonly what: 'drop' }
  /** The message arrives twice, the second time directly after the first. */
  | { readonly what: 'duplicate' }
  /** The message behind it arrives first. */
  | { readonly what: 'reorder' }
  /** The message arrives `by` milliseconds late. */
  | { readonly what: 'delay'; readonly by: number }
  /** Its `terminate` throws this error, or never ends. */
  | { readonly what: 'crash in terminate'; readonly thrown: unknown }
  | { readonly what: 'hang in terminate' }
  /** It ignores orders to stop. */
  | { readonly what: 'hang shutdown' }
