import { errorsOf } from '../kernel/index.js'

/** What this layer raises. What a call meets on its way (`CALL_TIMEOUT`, `CALL_NOPROC` …) is in the kernel's table. */
export const GENSERVER_ERRORS = {
  START_IGNORED:
    "{server} was not started: its init returned 'ignore'. If that is expected, start it with startServer, which returns 'ignore' as a value.",
  SERVER_INVALID:
    'a server is an object of callbacks with at least init, or a class with a handler table, but got {value}.',
  SERVER_REF_INVALID: '{action} takes a Pid, a registered name, { name, node } or a Ref, but got {value}.',
  NODE_UNKNOWN:
    '{action} cannot reach "{name}" on {node}: this node is {here}, and it was never connected with that one. Connect them, or name a server of this node.',
  FROM_INVALID:
    'reply(from, value) takes the From of a call, which from() returns and handleCall gets as its second argument, but got {value}.',
  REQUEST_OVER:
    'there is nothing to wait for: the answer to {request} was received already, or its wait timed out. Send the request again.',
  REQUEST_NOT_YOURS:
    '{request} was sent by {sender}, so the answer goes there, not to {pid}. Wait for it in the process that sent the request.',
  REQUEST_INVALID: '{action} takes what sendRequest returned, or a RequestCollection, but got {value}.',
  REQUEST_ADDED: '{request} is in this collection already, with the label {label}. Add each request once.',
  BAD_RETURN_VALUE: '{server}: {callback} returned {value}, {problem}. It may return {expected}.',
  CALLBACK_MISSING:
    '{server} got {event}, but has no {callback}. Add {callback} to its callbacks, or send only what it handles.',
  METHOD_UNKNOWN:
    '{server} got a {kind} of "{method}", which is not in its handler table ({known}). The sender expected another class, or the method is not declared as a {kind}.',
  NOT_CALLABLE: '{class}.{method} cannot be called: {problem}. {advice}',
  NOT_CASTABLE: '{class}.{method} cannot be cast: {problem}. {advice}',
  HANDLER_INVALID: 'defineServer({class}): {table} names "{method}", but {problem}.',
  CLASS_UNDEFINED:
    '{class} has no handler table. Decorate it with @GenServer(), or give it one with defineServer({class}, { calls: […], casts: […] }).',
  CLASS_UNNAMED:
    'ref({class}) cannot find the process: the class declares no name. Pass a pid or a name as second argument, or declare a name.',
  CONSTRUCTOR_NEEDS_ARGUMENTS:
    'the constructor of {class} takes {count} argument(s), but nothing provides them. Give defineServer a create function, decorate the class for injection, or pass these values to init.',
  NOT_HANDLING_CALL:
    'from() is only known while a call is being handled. Call it in the method that handles the call, before returning noReply, and keep the result.',
  REPLACE_STATE_FAILED:
    'the function given to replaceState failed inside {server}, which keeps the state it had: {reason}',
  CODE_CHANGE_RUNNING:
    '{server} is running, and may handle a message at this moment: its code can be changed only while it is suspended. Call sys.suspend before, and sys.resume after.',
  CODE_CHANGE_FAILED: '{server} keeps its code and its state, since the change of its code failed: {reason}',
  CODE_CHANGE_UNFIT: '{server} cannot change to {value}: it is {kind}, and can change only to {expected}.',
  CODE_CHANGE_UNWANTED:
    "{class} does not take over from other code: it is declared with codeChange: 'restart'. Let its supervisor restart it.",
  CODE_CHANGE_PRIVATE:
    '#{field} of {class} cannot be copied to the new code: {reason}. Pass its value with exportState in the old code and importState in the new.',
  STATE_IS_PROMISE:
    'the answer of {server} to {operation} is {value}: a promise, or an object with a method `then`, for which an await would wait. Is an await missing where the state is made?',
  STATE_NOT_INSTANCE:
    'the state of a server of {class} is an instance of it, but replaceState got {value}. Change the fields of the instance and return that: (it) => Object.assign(it, { … }).',
} as const

export const genServerError = errorsOf(GENSERVER_ERRORS)
