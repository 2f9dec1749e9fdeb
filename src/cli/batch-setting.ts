// What the steps of one batch command share.
import type { Moment } from '../domain/age.js'
import type { RuleContext } from '../domain/permit.js'
import type { Mirror } from '../mirror/open.js'
import type { ShopDesk } from '../ports.js'
import type { Narrator } from './batch-narrator.js'
import type { BatchWishes } from './batch-options.js'
import type { Context } from './context.js'

/** Everything that one batch command works with. */
export interface BatchSetting {
  readonly context: Context
  readonly mirror: Mirror
  /** The shop's own database; null where none is configured, and for a dry run. */
  readonly desk: ShopDesk | null
  readonly wishes: BatchWishes
  readonly rules: RuleContext
  /** When the command began. */
  readonly began: Moment
  readonly narrator: Narrator
}
