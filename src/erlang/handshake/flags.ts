/** What nodes can do, as they tell each other in the handshake: bits of a word of 64. */

const bit = (at: number): bigint => 1n << BigInt(at)

export const ATOM_CACHE_HEADER = bit(13)
export const EXIT_PAYLOAD = bit(22)
export const FRAGMENTS = bit(23)
/** Stands for all that OTP 25 requires. The documentation has another bit; this is the one of the sources. */
export const MANDATORY_25 = bit(26)
export const SPAWN = bit(32)
export const ALIAS = bit(35)

const EXTENDED_REFERENCES = bit(2)
const MONITOR = bit(3)
const FUN_TAGS = bit(4)
const MONITOR_NAME = bit(5)
const NEW_FUN_TAGS = bit(7)
const EXTENDED_PIDS_PORTS = bit(8)
const EXPORT_TAG = bit(9)
const BIT_BINARIES = bit(10)
const NEW_FLOATS = bit(11)
const UNICODE_IO = bit(12)
const SMALL_ATOM_TAGS = bit(14)
const UTF8_ATOMS = bit(16)
const MAP_TAG = bit(17)
const BIG_CREATION = bit(18)
const SEND_SENDER = bit(19)
const BIG_SEQTRACE_LABELS = bit(20)
const HANDSHAKE_23 = bit(24)
const UNLINK_ID = bit(25)
const V4_NC = bit(34)

/** What OTP 25 requires of everybody. */
const REQUIRED_25 =
  EXTENDED_REFERENCES |
  FUN_TAGS |
  NEW_FUN_TAGS |
  EXTENDED_PIDS_PORTS |
  EXPORT_TAG |
  BIT_BINARIES |
  NEW_FLOATS |
  UTF8_ATOMS |
  MAP_TAG |
  BIG_CREATION |
  HANDSHAKE_23

/** What we require: all that OTP 26 and 27 do. */
const REQUIRED = REQUIRED_25 | UNLINK_ID | V4_NC

/** What we can do. Bit 0 is not among it, so that a node is hidden. */
export const OURS =
  REQUIRED |
  MANDATORY_25 |
  MONITOR |
  MONITOR_NAME |
  UNICODE_IO |
  SMALL_ATOM_TAGS |
  SEND_SENDER |
  BIG_SEQTRACE_LABELS |
  ATOM_CACHE_HEADER |
  EXIT_PAYLOAD |
  FRAGMENTS |
  SPAWN |
  ALIAS

/** What a node says it can do, with what the one bit stands for. */
export function meant(flags: bigint): bigint {
  return (flags & MANDATORY_25) === 0n ? flags : flags | REQUIRED_25
}

/** What a node lacks that we cannot do without: 0 for nothing. */
export function missing(flags: bigint): bigint {
  return REQUIRED & ~meant(flags)
}
