/** The parts of a process that an operation reads or changes. */
export type Touched =
  /** Whether it is alive. */
  | 'life'
  /** Its link to the current process: read; or made or removed. */
  | 'link'
  | 'linking'
  /** Its monitors. */
  | 'watching'
  /** Its dictionary: read; or changed. */
  | 'dictionary'
  | 'dictionary change'
  /** The timers that will send it messages: read; or cancelled. */
  | 'timers'
  | 'timer taken back'
  /** Its name. */
  | 'name'
  /** The lists of its links and of its monitors. */
  | 'links'
  | 'monitors'
  /** Its state, which only its own steps change, and operations that end it. */
  | 'state'
  | 'state change'
  /** Its state, in this step and in all later steps of the current process, which got a reference to it. */
  | 'state lent'
  /** All parts. */
  | 'everything'
