import { errorsOf } from '../kernel/index.js'

/** The errors of this layer, by code. */
export const REGISTRY_ERRORS = {
  REGISTRY_NOT_RUNNING:
    '{kind} "{registry}" is not running in this kernel. Start it with startLink(), or list its childSpec() before the children that use it.',
  ALREADY_REGISTERED:
    'key {key} of registry "{registry}" already belongs to {pid}. A unique key has one process: use another key, or wait for that process to end.',
  KEY_NOT_COMPARABLE:
    'registry "{registry}" cannot find the key {key} again: two literals are never equal in JavaScript. Use a string or number, or give the registry an identity function that makes one of the key.',
  REGISTRY_NOT_UNIQUE:
    'via() needs a registry with unique keys, but "{registry}" is {found}. A key with several processes is not an address; use a UniqueRegistry, or dispatch.',
  LISTENER_INVALID: 'a listener of registry "{registry}" is a Pid or a registered name, but one is {value}.',
  TOPIC_PATTERN_INVALID:
    'the pattern of topics {pattern} cannot be used: {*problem}. A pattern is words with dots between them, where "*" is any one word and "**" at the end one or more: "orders.*.paid", "orders.**".',
  LOCK_HELD:
    'process {pid} holds the lock on {key} of registry "{registry}" and asks for it again, which would wait forever. Do both under one lock.',
} as const

export const registryError = errorsOf(REGISTRY_ERRORS)
