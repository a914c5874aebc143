/**
 * Registries: processes found by key, with unique and duplicate keys; keys as addresses of servers; publish and
 * subscribe; process groups.
 */
export type { DirectorySpec } from './directory.js'
export { DuplicateRegistry } from './duplicate-registry.js'
export { REGISTRY_ERRORS } from './errors.js'
export { isRegistry, type RegistrySight, seenRegistry } from './inspection.js'
export type { Identity } from './key.js'
export type { Registration, RegistryOptions } from './ledger.js'
export { isRegister, isUnregister, RegisterMessage, UnregisterMessage } from './listener.js'
export { GroupMessage, isGroupMessage, ProcessGroups } from './process-groups.js'
export { type Dispatcher, PubSub } from './pubsub.js'
export {
  type KeyedRegistration,
  type RegistrationPattern,
  Registry,
  type ValueArgument,
  type ValuePattern,
} from './registry.js'
export { UniqueRegistry } from './unique-registry.js'
export { type Via, type ViaName, via } from './via.js'
