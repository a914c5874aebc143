/** The key of that description, on a logger or on what it is a child of. */
export function symbolOf(logger: object, description: string): symbol | undefined {
  for (let at: object | null = logger; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertySymbols(at).find((key) => key.description === description)
    if (found !== undefined) return found
  }
  return undefined
}
