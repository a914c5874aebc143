import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'

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

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
