/** How values of others are looked at and shown; the kernel's own room for it, of which all layers above make use. */

export { FunctionScopes } from './function-scopes.js'
export { printed } from './inline-text.js'
export { carryPrivateFields, hidePrivateFields } from './private-fields.js'
export {
  classOf,
  hasOwn,
  inherits,
  isAskable,
  isError,
  isInstance,
  isList,
  isObject,
  isReadable,
  isRevoked,
  keysOf,
  nameOf,
  ownData,
  read,
} from './safe-read.js'
export { cut, oneLine, safeText, withoutSecrets } from './safe-text.js'
export { alsoRedacted, hides, REDACTED, redactAlso, Secret, soundsSecret } from './secrets.js'
export { pageOf, type ValuePage } from './value-page.js'
export {
  errorLine,
  errorText,
  jsonOf,
  LIMITS,
  type Limits,
  linesOfStack,
  SHOWN_BY_NAME,
  showAs,
  snapshot,
  stackLines,
} from './value-snapshot.js'
