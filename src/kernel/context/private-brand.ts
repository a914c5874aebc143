/**
 * Makes the private fields of a class below it ones of whatever object is given: a note on it that nobody sees who prints or
 * compares it, and that costs a tenth of an entry in a `WeakMap` where many objects are short-lived.
 */
export class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the point of this class
    return object
  }
}
