/** The JSON schema of a list of targets, for editors: `npm run schema -w pulse` writes it. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { maintenanceSchema } from './maintenance.js'
import { givenTargetSchema } from './target.js'

/** Beside the package, where an editor finds it. */
export const SCHEMA_FILE = new URL('../pulse.schema.json', import.meta.url)

export function schemaText(): string {
  const list = z.array(givenTargetSchema)
  const whole = z.strictObject({ targets: list, maintenance: z.array(maintenanceSchema).optional() })
  const schema = z.toJSONSchema(z.union([whole, list]), {
    io: 'input',
    reused: 'ref',
    unrepresentable: 'any',
  })
  return `${JSON.stringify({ title: 'What Pulse watches', ...schema }, undefined, 2)}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(SCHEMA_FILE, schemaText())
