import { errorsOf } from '../kernel/index.js'

/** The errors of this layer, by code. For a child that runs already, the kernel's `ALREADY_STARTED` is used. */
export const SUPERVISOR_ERRORS = {
  INVALID_CHILD_SPEC: 'the spec of child {child} is wrong: {*problems}.',
  DUPLICATE_CHILD_ID:
    'two children of one supervisor have the id "{id}". Give each its own; for a class listed twice: [Class, args, { id: … }].',
  INVALID_SUPERVISOR_OPTION: 'a supervisor cannot start: its option {*problems}.',
  NOT_FOUND:
    'supervisor {supervisor} has no child {child}. It was never started, has ended for good, or was deleted; whichChildren lists the children.',
  ALREADY_PRESENT:
    'supervisor {supervisor} has a child "{child}" already, which is not running. Start it with restartChild, or remove it with deleteChild first.',
  RUNNING:
    'child "{child}" of supervisor {supervisor} is running ({pid}); this works only on a stopped one. Stop it with terminateChild first.',
  RESTARTING:
    'child "{child}" of supervisor {supervisor} is being restarted; this works only on a stopped one. Stop it with terminateChild first.',
  START_CHILD_FAILED: 'supervisor {supervisor} could not start child "{child}": {reason}',
  MAX_CHILDREN:
    'supervisor {supervisor} has {maxChildren} children already (maxChildren) and starts no more.',
  DYNAMIC_SUPERVISOR:
    'supervisor {supervisor} is dynamic: {operation} does not apply to "{child}". Its children are known by pid only, and are gone when terminated.',
  NOT_PARTITIONED:
    'there is no partition supervisor {supervisor}. Start one with startPartitionSupervisor or partitionSupervisorSpec, under this name.',
  PARTITION_COUNT_INVALID:
    'supervisor {supervisor} can have 0 to {limit} partitions, the number it was started with, but was told {count}.',
  PARTITION_KEY_INVALID:
    'a partition is chosen by a string, number, bigint, boolean, Pid or Reference, or a list of these, but the key is {key}.',
  INVALID_POOL_OPTION: 'a pool cannot start: its option {*problems}.',
  POOL_OPEN_FAILED:
    'a pool does not start, because a member could not be opened: {reason}. With lazy: true the pool starts without members.',
  POOL_FULL:
    'pool {pool} refuses the borrower: {lent} of its {capacity} members are lent and {waiting} borrowers wait{*hint}.',
  POOL_TIMEOUT:
    'pool {pool} had no member within {waited} ms: {lent} of its {capacity} are lent and {waiting} borrowers wait{*hint}.',
  POOL_ELSEWHERE:
    'pool {pool} lends only to processes of its own kernel, and this process belongs to another. Borrow in a server beside the pool, and call that server.',
  POOL_LEND_ASYNC:
    "lend of a pool returned a promise, but it runs in the pool's own process, which cannot wait. Use reset or check for work that takes time.",
  POOL_MEMBER_OVERDUE:
    'member {member} of a pool was killed: its phase "{phase}" lasted longer than hookTimeout, {hookTimeout} ms.',
  POOL_CLASS_INVALID:
    'poolRef takes a class with @Pool(), a registered name, a Pid or a PoolRef, but got {value}.',
  LOAN_OVER:
    'the loan from pool {pool} is over: its member was returned. Use the resource only between checkOut and checkIn.',
  LOAN_LOST: 'the loan from pool {pool} is over: its member ended, or the pool took it back: {reason}',
  LOAN_OVERDUE: 'the loan of {borrower} from pool {pool} lasted longer than loanTimeout, {loanTimeout} ms.',
  UNKNOWN_REQUEST:
    'supervisor {supervisor} got an unknown call: {request}. Call a supervisor with startChild, whichChildren and the other functions for supervisors.',
} as const

/** A code of this layer's table. */
export type SupervisorErrorCode = keyof typeof SUPERVISOR_ERRORS

export const supervisorError = errorsOf(SUPERVISOR_ERRORS)
