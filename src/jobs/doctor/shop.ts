// Checks the shop's own database: that it can be reached, by which connection, and as a user with the needed rights and
// no others.
import type { AppError } from '../../errors.js'
import { faultFinding, finding, type Check, type Finding } from './finding.js'

export interface CheckedShop {
  /** Product, server and place. */
  readonly name: string
  readonly place: string
  readonly line: 'tls' | 'local' | 'clear'
  /** Why no order of this shop could be sent by this connection. */
  readonly unfit: AppError | null
  readonly condition: {
    readonly noRollback: readonly string[]
    /** The dates that the server's own clock writes. */
    readonly ownDates: 'all' | 'shipped' | null
    /** Minutes by which the server's time of day is ahead of UTC. */
    readonly zoneMinutes: number | null
    /** The server's clock. */
    readonly serverMs: number
    /** The number of the newest orders with a customer's name in a wrong encoding. */
    readonly mojibake: number
    /** Orders that are left out because they were paid on Paygent's own page. */
    readonly links: number
  }
  /** Each right as `UPDATE (status) ON dtb_order`. */
  readonly rights: {
    readonly lacking: readonly string[]
    /** Reads the merchant's login at Paygent. */
    readonly login: readonly string[]
    /** Changes data that this tool must not change. */
    readonly beyond: readonly string[]
    /** Reads more than is needed. */
    readonly wide: readonly string[]
    /** Without these rights some data is read less well. */
    readonly useful: readonly string[]
    /** Answers of the server that were not understood. */
    readonly unclear: number
  }
}

const JAPAN_MINUTES = 9 * 60
/** More than the time that the way to the server and back may take. */
const CLOCK_MS = 60_000

export const judgeShop = ({ name, place, line, unfit, rights, condition }: CheckedShop, nowMs: number): Finding[] => [
  finding('shop', 'shop-connected', { name }),
  ...(unfit === null ? [] : [faultFinding('shop', unfit)]),
  judgeLine(line, place),
  ...judgeRights(rights),
  ...judgeCondition(condition, nowMs),
]

/** The lines of a shop's database that could not be reached. */
export const shopUntried = (because: Check): Finding[] =>
  (['shop', 'shop-line', 'shop-rights'] as const).map((check) => finding(check, 'not-checked', { because }))

function judgeLine(line: CheckedShop['line'], place: string): Finding {
  switch (line) {
    case 'tls':
      return finding('shop-line', 'shop-tls', {})
    case 'local':
      return finding('shop-line', 'shop-local', {})
    case 'clear':
      return finding('shop-line', 'shop-clear', { place })
    default:
      return line satisfies never
  }
}

function judgeRights({ unclear, ...rights }: CheckedShop['rights']): Finding[] {
  const kinds = {
    'rights-lacking': rights.lacking,
    'rights-login': rights.login,
    'rights-beyond': rights.beyond,
    'rights-wide': rights.wide,
    'rights-useful': rights.useful,
  } as const
  const listed = Object.entries(kinds) as [keyof typeof kinds, readonly string[]][]
  const found = [
    ...listed.flatMap(([code, names]) => (names.length === 0 ? [] : [finding('shop-rights', code, { rights: names })])),
    ...(unclear === 0 ? [] : [finding('shop-rights', 'rights-unclear', { count: unclear })]),
  ]
  return found.length > 0 ? found : [finding('shop-rights', 'rights-right', {})]
}

function judgeCondition(condition: CheckedShop['condition'], nowMs: number): Finding[] {
  const { noRollback, ownDates, zoneMinutes, serverMs, mojibake, links } = condition
  const found: Finding[] = []
  if (noRollback.length > 0) found.push(finding('shop-data', 'shop-no-rollback', { tables: noRollback }))
  const hours = ((zoneMinutes ?? JAPAN_MINUTES) - JAPAN_MINUTES) / 60
  if (ownDates !== null && hours !== 0) found.push(finding('shop-data', 'shop-zone', { hours, dates: ownDates }))
  const aheadMs = serverMs - nowMs
  if (Math.abs(aheadMs) > CLOCK_MS)
    found.push(finding('shop-data', 'shop-clock', { seconds: Math.round(aheadMs / 1_000) }))
  if (mojibake > 0) found.push(finding('shop-data', 'shop-mojibake', { count: mojibake }))
  if (links > 0) found.push(finding('shop-data', 'shop-links', { count: links }))
  return found
}
