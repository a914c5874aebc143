/** The first byte of a term, and the numbers that follow from the format. */

export const VERSION = 131
export const COMPRESSED = 80

export const NEW_FLOAT = 70
export const BIT_BINARY = 77
export const ATOM_CACHE_REF = 82
export const NEW_PID = 88
export const NEW_PORT = 89
export const NEWER_REFERENCE = 90
export const SMALL_INTEGER = 97
export const INTEGER = 98
export const OLD_FLOAT = 99
export const OLD_ATOM = 100
export const OLD_REFERENCE = 101
export const OLD_PORT = 102
export const OLD_PID = 103
export const SMALL_TUPLE = 104
export const LARGE_TUPLE = 105
export const NIL = 106
export const STRING = 107
export const LIST = 108
export const BINARY = 109
export const SMALL_BIG = 110
export const LARGE_BIG = 111
export const NEW_FUN = 112
export const EXPORT = 113
export const NEW_REFERENCE = 114
export const OLD_SMALL_ATOM = 115
export const MAP = 116
export const ATOM_UTF8 = 118
export const SMALL_ATOM_UTF8 = 119
export const V4_PORT = 120
export const LOCAL = 121

/** Bytes of the largest integer that a BEAM has. */
export const LARGEST_INTEGER = 4_194_304 / 8
/** Words of the largest reference. */
export const REFERENCE_WORDS = 5
