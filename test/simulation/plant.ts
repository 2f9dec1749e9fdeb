// Where a planted bug takes hold: it wraps what the program is given, and never touches the sources.
import type { Client } from '../../src/gateway/client.js'
import type { RuleContext } from '../../src/domain/permit.js'
import type { BatchOptions } from '../../src/jobs/batch/deps.js'
import type { Plan } from '../../src/jobs/batch/plan.js'
import { SOUND, type Parts } from './desk.js'
import type { ReconcileDeps } from '../../src/jobs/reconcile/deps.js'
import type { Start } from './script.js'

export type Ports = ReconcileDeps

export interface Plant {
  readonly name: string
  readonly parts: Parts
  ports(ports: Ports, start: Start): Ports
  /** Under the gateway: what the bytes are read from. */
  client(client: Client): Client
  rules(rules: RuleContext): RuleContext
  options(options: BatchOptions): BatchOptions
  plan(plan: Plan): Plan
}

/** No bug at all. */
export const NO_PLANT: Plant = {
  name: 'none',
  parts: SOUND,
  ports: (ports) => ports,
  client: (client) => client,
  rules: (rules) => rules,
  options: (options) => options,
  plan: (plan) => plan,
}
