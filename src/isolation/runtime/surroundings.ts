import type { HeartwoodError } from '../../kernel/index.js'

/**
 * What a server finds around it where it runs isolated: its log, its settings. Layers above this one say what that is; here it is only
 * brought to the other side, and news of it in both directions, in order with the signals and reports.
 */
export interface Surroundings {
  /**
   * Called as the process that starts the server.
   *
   * @param tell sends news to the other side, as long as it lasts
   * @param refusal why a value cannot cross; undefined when it can
   */
  bring(tell: (news: unknown) => void, refusal: (value: unknown) => HeartwoodError | undefined): Brought
  /**
   * Called on the other side, as the process of the server, before that is made.
   *
   * @param luggage a copy
   * @returns what takes the news that are told
   */
  enter(luggage: unknown, home: Home): (news: unknown) => void
}

/** The side that a server was started from, as its surroundings have it. */
export interface Home {
  /** Sends news there. */
  say(news: unknown): void
  /** A text with the pids in it as they are shown there. */
  shown(text: string): string
}

/** What one server is started with. */
export interface Brought {
  /** Asked for when the other side is ready for it. */
  readonly luggage: unknown
  /** The other side says something. It must not throw. */
  heard(news: unknown): void
  /** The other side is no more. */
  left(): void
}
