/** A process that has a title. */
interface Titled {
  readonly name: string | undefined
  readonly label: unknown
  readonly key: string
  readonly kernel: { readonly prefix: string }
}

/** The titles of processes, for people. Of several processes with one label, all but the first have a number. */
export class Titles {
  readonly #given = new Map<string, number>()

  of({ name, label, key, kernel }: Titled): string {
    const own = name ?? (typeof label === 'string' && label !== '' ? label : undefined)
    const title = own === undefined ? key : `${kernel.prefix}${own}`
    const before = this.#given.get(title) ?? 0
    this.#given.set(title, before + 1)
    return before === 0 ? title : `${title}#${before + 1}`
  }
}
