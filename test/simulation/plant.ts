// Where a planted bug takes hold: it wraps what the program is given, and never touches the sources.
import type { RuleContext } from '../../src/domain/permit.js'
import type { BatchDeps, BatchOptions } from '../../src/jobs/batch/deps.js'
import type { Plan } from '../../src/jobs/batch/plan.js'
import { SOUND, type Desk, type Parts } from './desk.js'
import type { World } from './world.js'

export type Ports = Omit<BatchDeps, 'looks'>

export interface Plant {
  readonly name: string
  readonly parts: Parts
  ports(ports: Ports, desk: Desk, world: World): Ports
  rules(rules: RuleContext): RuleContext
  options(options: BatchOptions): BatchOptions
  plan(plan: Plan): Plan
}

/** No bug at all. */
export const NO_PLANT: Plant = {
  name: 'none',
  parts: SOUND,
  ports: (ports) => ports,
  rules: (rules) => rules,
  options: (options) => options,
  plan: (plan) => plan,
}
