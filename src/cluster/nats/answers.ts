import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'

/** Of a message that is to be deleted by its number. */
const SEQUENCE_NOT_FOUND = 10043

/** A compare-and-set found another revision: nothing was written. */
export const isConflict = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)

export const isStreamMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound

/** Nobody takes what was sent: there is no JetStream, or not this stream. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && error.name === 'JetStreamNotEnabled'

/** No message has this number any more. */
export const isMessageMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.NoMessageFound || error.code === SEQUENCE_NOT_FOUND)

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
