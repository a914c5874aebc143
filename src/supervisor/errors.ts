import { errorsOf } from '../kernel/index.js'

/** What this layer raises. That a child is up already is the kernel's `ALREADY_STARTED`. */
export const SUPERVISOR_ERRORS = {
  INVALID_CHILD_SPEC: 'the spec of child {child} is wrong: {*problems}.',
  DUPLICATE_CHILD_ID:
    'two children of one supervisor have the id "{id}". Give each its own; for a class listed twice: [Class, args, { id: … }].',
  INVALID_SUPERVISOR_OPTION: 'a supervisor cannot start: its option {*problems}.',
  NOT_FOUND:
    'supervisor {supervisor} has no child {child}. It was never started, has ended for good, or was deleted; whichChildren lists what is there.',
  ALREADY_PRESENT:
    'supervisor {supervisor} has a child "{child}" already, which is not running. Start it with restartChild, or remove it with deleteChild first.',
  RUNNING:
    'child "{child}" of supervisor {supervisor} is running ({pid}); this works only on a stopped one. Stop it with terminateChild first.',
  RESTARTING:
    'child "{child}" of supervisor {supervisor} is being restarted; this works only on a stopped one. Stop it with terminateChild first.',
  START_CHILD_FAILED: 'supervisor {supervisor} could not start child "{child}": {reason}',
  MAX_CHILDREN: 'supervisor {supervisor} has its {maxChildren} children (maxChildren) and starts no more.',
  DYNAMIC_SUPERVISOR:
    'supervisor {supervisor} is dynamic: {operation} does not apply to "{child}". Its children are known by pid only, and are gone when terminated.',
  NOT_PARTITIONED:
    'there is no partition supervisor {supervisor}. Start one with startPartitionSupervisor or partitionSupervisorSpec, under this name.',
  PARTITION_COUNT_INVALID:
    'supervisor {supervisor} can have 0 to {limit} partitions, the number it was started with, but was told {count}.',
  PARTITION_KEY_INVALID:
    'a partition is chosen by a string, number, bigint, boolean, Pid or Reference, or a list of these, but the key is {key}.',
  UNKNOWN_REQUEST:
    'supervisor {supervisor} got a call that it does not understand: {request}. Ask it with startChild, whichChildren and their like.',
} as const

/** A code of this layer's table. */
export type SupervisorErrorCode = keyof typeof SUPERVISOR_ERRORS

export const supervisorError = errorsOf(SUPERVISOR_ERRORS)
