import { errorsOf } from '../kernel/index.js'

export const ISOLATION_ERRORS = {
  NOT_ISOLATED_CLASS:
    '{class} cannot be started isolated: nothing says where its module is. Give @GenServer `isolate` and `module: import.meta.url`, or call isolable(Class, import.meta.url) behind the class.',
  ISOLATE_MODULE:
    '{class} cannot be started isolated: {module} {*problem}. The other side loads that module and takes the class from its exports.',
  ISOLATE_OPTION: 'the option {option} of {class} is {value}, but must be {*expected}.',
  ISOLATE_GARBLED:
    "{class} was ended: its thread or program sent a message in the form of Heartwood's own messages that cannot be read: {error}. On its channel (process.send), lists that begin with the name of such a message are reserved for Heartwood.",
} as const

export const isolationError = errorsOf(ISOLATION_ERRORS)
