/** What a process is: its behaviour by name, and the part it plays. */
import { seenApplication } from '../../application/index.js'
import { seenServer } from '../../genserver/index.js'
import { behaviourOf, type Pid } from '../../kernel/index.js'
import { seenRegistry } from '../../registry/index.js'
import { seenSupervisor } from '../../supervisor/index.js'

export const PROCESS_TYPES = ['supervisor', 'worker', 'script', 'registry', 'application'] as const
export type ProcessType = (typeof PROCESS_TYPES)[number]

/** Which part a process plays. */
export function typeOf(pid: Pid): ProcessType {
  const body = behaviourOf(pid)
  if (body === undefined) return 'script'
  if (seenApplication(pid) !== undefined) return 'application'
  if (seenServer(pid) === undefined) return 'worker'
  if (seenSupervisor(pid) !== undefined) return 'supervisor'
  return seenRegistry(pid) === undefined ? 'worker' : 'registry'
}

const SUPERVISORS = { supervisor: 'Supervisor', 'dynamic supervisor': 'DynamicSupervisor' } as const

/** What a process runs, by the name of its class where there is one. */
export function behaviourName(pid: Pid): string {
  const body = behaviourOf(pid)
  if (body === undefined) return 'script'
  const supervisor = seenSupervisor(pid)
  if (supervisor !== undefined) return SUPERVISORS[supervisor.kind]
  if (seenRegistry(pid) !== undefined) return 'Registry'
  const server = seenServer(pid)
  if (server !== undefined) return server.behaviour
  const name: unknown = Object.getPrototypeOf(body)?.constructor?.name
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name.slice(0, 100) : 'behaviour'
}
