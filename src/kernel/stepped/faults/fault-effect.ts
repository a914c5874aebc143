/** What befalls a process in a step that it is about to make, or a message that it is about to take. */
export type FaultEffect =
  /** Its code throws this: in its init, in the handler, or where it waits. */
  | { readonly what: 'crash'; readonly thrown: unknown }
  | { readonly what: 'kill' }
  /** It does nothing from now on. */
  | { readonly what: 'hang' }
  /** The message is lost. */
  | { readonly what: 'drop' }
  /** The message comes, and once more behind it. */
  | { readonly what: 'duplicate' }
  /** The message behind it comes first. */
  | { readonly what: 'reorder' }
  /** The message comes so many milliseconds late. */
  | { readonly what: 'delay'; readonly by: number }
  /** When its `terminate` runs, that throws this, or never ends. */
  | { readonly what: 'crash in terminate'; readonly thrown: unknown }
  | { readonly what: 'hang in terminate' }
  /** It does not hear that it is to stop. */
  | { readonly what: 'hang shutdown' }
