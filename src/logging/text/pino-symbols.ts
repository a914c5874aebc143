/** The symbol with a description, of a logger or of one of its parents. */
export function symbolOf(logger: object, description: string): symbol | undefined {
  for (let at: object | null = logger; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertySymbols(at).find((key) => key.description === description)
    if (found !== undefined) return found
  }
  return undefined
}
