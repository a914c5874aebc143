/** Who answers what, in a server whose own routes are fixed when it listens. */
export class Routes {
  #handlers = new Map()

  set(key, handler) {
    this.#handlers.set(key, handler)
  }

  handle(key, ...given) {
    return this.#handlers.get(key)(...given)
  }
}
