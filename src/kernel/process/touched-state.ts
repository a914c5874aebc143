/** What of a process an operation looks at or changes. */
export type Touched =
  /** Whether it lives. */
  | 'life'
  /** Its link with the current process: whether there is one; or it is made or removed. */
  | 'link'
  | 'linking'
  /** Who watches whom. */
  | 'watching'
  /** Values in its dictionary. */
  | 'dictionary'
  | 'dictionary change'
  /** The timers that are to send it something. */
  | 'timers'
  | 'timer taken back'
  /** Its name. */
  | 'name'
  /** The lists of its links, and of its monitors and those of others on it. */
  | 'links'
  | 'monitors'
  /** What only its own steps change, and whoever ends it. */
  | 'state'
  | 'state change'
  /** The same, in this step and in each that the current process makes from now on: it got hold of what is another's. */
  | 'state lent'
  /** More than can be named. */
  | 'everything'
