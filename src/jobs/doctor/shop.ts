// The shop's own database: reached, by which line, and as a user that may do what is needed and nothing else.
import { finding, type Check, type Finding } from './finding.js'

export interface ShopFacts {
  /** Product, server and place. */
  readonly name: string
  readonly place: string
  readonly line: 'tls' | 'local' | 'clear'
  /** Each right as `UPDATE (status) ON dtb_order`. */
  readonly rights: {
    readonly lacking: readonly string[]
    /** Reads the merchant's login at Paygent. */
    readonly login: readonly string[]
    /** Changes what is not ours to change. */
    readonly beyond: readonly string[]
    /** Reads more than is needed. */
    readonly wide: readonly string[]
    /** Without these the shop's own names of 対応状況 are not read. */
    readonly useful: readonly string[]
    /** Answers of the server that were not understood. */
    readonly unclear: number
  }
}

export const judgeShop = ({ name, place, line, rights }: ShopFacts): Finding[] => [
  finding('shop', 'shop-connected', { name }),
  judgeLine(line, place),
  ...judgeRights(rights),
]

/** The lines of a shop's database that could not be reached. */
export const shopUntried = (because: Check): Finding[] =>
  (['shop', 'shop-line', 'shop-rights'] as const).map((check) => finding(check, 'not-checked', { because }))

function judgeLine(line: ShopFacts['line'], place: string): Finding {
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

function judgeRights({ unclear, ...rights }: ShopFacts['rights']): Finding[] {
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
