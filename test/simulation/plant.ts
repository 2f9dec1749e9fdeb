// Inserts a planted bug: it wraps the objects that the program is given, and never changes the sources.
import type { BatchOptions } from '../../src/batch/events.js'
import type { Plan } from '../../src/batch/plan.js'
import type { ApprovedPlan } from '../../src/cli/plan-file.js'
import type { RuleContext } from '../../src/domain/permit.js'
import type { Client } from '../../src/gateway/client.js'
import type { NightlyRequest } from '../../src/jobs/nightly/events.js'
import type { SettleRequest } from '../../src/jobs/settle.js'
import type { SyncDeps } from '../../src/jobs/sync/events.js'
import type { Amendment, MirrorJournal } from '../../src/mirror/journal/journal.js'
import type { MirrorPlans } from '../../src/mirror/plans.js'
import type { Journal } from '../../src/ports.js'
import { type Parts, SOUND } from './desk.js'
import type { Start } from './script.js'

/** The ports that the commands work with; an amendment is no job, and goes to the mirror by itself. */
export interface Ports extends SyncDeps {
  readonly journal: Journal & Pick<MirrorJournal, 'choiceOf'>
  readonly plans: Pick<MirrorPlans, 'enter' | 'usable'>
  amend(orderId: string, totalYen: number | null, atMs: number): Amendment
}

export interface Plant {
  readonly name: string
  readonly parts: Parts
  ports(ports: Ports, start: Start): Ports
  /** Under the gateway: what the bytes are read from. */
  client(client: Client): Client
  rules(rules: RuleContext): RuleContext
  options(options: BatchOptions): BatchOptions
  night(wishes: NightlyRequest): NightlyRequest
  hand(wish: SettleRequest): SettleRequest
  plan(plan: Plan): Plan
  /** The plan file that the plan of now is compared with. */
  approved(approved: ApprovedPlan): ApprovedPlan
}

/** No bug at all. */
export const NO_PLANT: Plant = {
  name: 'none',
  parts: SOUND,
  ports: (ports) => ports,
  client: (client) => client,
  rules: (rules) => rules,
  options: (options) => options,
  night: (wishes) => wishes,
  hand: (wish) => wish,
  plan: (plan) => plan,
  approved: (approved) => approved,
}
