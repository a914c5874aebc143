/**
 * Registries: processes by key, with unique or duplicate keys; keys as addresses of servers; publish and subscribe;
 * process groups.
 */

export { DuplicateRegistry } from './duplicate-registry.js'
export { REGISTRY_ERRORS } from './errors.js'
export { isRegistry, type RegistrySight, seenRegistry } from './inspection.js'
export { GroupMessage, isGroupMessage, ProcessGroups } from './process-groups.js'
export { type Dispatcher, PubSub, type PubSubOptions } from './pubsub.js'
export {
  type KeyedRegistration,
  type RegistrationPattern,
  Registry,
  type ValueArgument,
  type ValuePattern,
} from './registry.js'
export { isRegister, isUnregister, RegisterMessage, UnregisterMessage } from './registry-listeners.js'
export type { Identity } from './table/composite-key.js'
export type { Registration, RegistryOptions } from './table/registrations.js'
export type { DirectorySpec } from './table/table-process.js'
export { UniqueRegistry } from './unique-registry.js'
export { type Via, type ViaName, via } from './via.js'
