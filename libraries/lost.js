/** What no code catches. */
export function lost() {
  throw new Error('lost')
}
