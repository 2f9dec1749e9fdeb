// The rules as a list asks them: of a batch, without any of its switches.
import type { Config } from '../config/config.js'
import { waitingIn, type WaitingStatuses } from '../domain/chosen.js'
import type { RuleContext } from '../domain/permit.js'
import type { Mirror } from '../mirror/open.js'

export const listRules = ({ profile, statuses }: Pick<Config, 'profile' | 'statuses'>, nowMs: number): RuleContext => ({
  profile,
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses,
  nowMs,
})

/** Orders of the mirror that wait until the shop says what their 対応状況 means; null where none does. */
export const waitingOf = (
  { orders }: Pick<Mirror, 'orders'>,
  config: Pick<Config, 'profile' | 'statuses' | 'statusesText'>,
  nowMs: number,
): WaitingStatuses | null => waitingIn(orders.groups(), listRules(config, nowMs), config.statusesText)
