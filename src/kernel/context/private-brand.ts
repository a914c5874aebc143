/**
 * The base of classes that write private fields on a given object: a note on the object that no code sees that prints or compares it. With
 * many short-lived objects it costs a tenth of an entry in a `WeakMap`.
 */
export class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the point of this class
    return object
  }
}
