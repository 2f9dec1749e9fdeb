// Shows what requests do with the customers' money: captured, released, given back, and the difference.
import { type Movement, MONEY_WAYS, type MoneyWay, netOf } from '../domain/money.js'
import type { RequestName } from '../domain/order.js'
import { grouped, yen } from '../text/numbers.js'
import { type Lang, bothLanguages } from './screen.js'
import { actionName, sentences } from './words.js'

/** `unknown` is a cancel or a correction whose status before it is not known. */
export const SHOWN_WAYS = [...MONEY_WAYS, 'unknown'] as const
export type ShownWay = MoneyWay | 'unknown'

const JA = {
  ways: { captured: '売上', released: 'オーソリ解放', refunded: '返金', unknown: '内訳不明' },
  /** For the narrow column of a list. */
  short: { captured: '売上', released: '解放', refunded: '返金', unknown: '内訳不明' },
  total: {
    captured: '売上が成立した金額',
    released: 'オーソリを解放した金額',
    refunded: '返金した金額',
    unknown: 'オーソリ解放か返金か記録のない金額',
  },
  totalLine: (title: string, sum: string): string => `${title}：${sum}`,
  row: (request: string, method: string, count: number, sum: string): string =>
    `  ${request}　${method}　${grouped(count)}件　${sum}`,
  /** 取消（返金） */
  withWay: (text: string, way: string): string => `${text}（${way}）`,
  /** 補正売上 500円（980円から480円の減額） */
  reduced: (request: string, toYen: string, fromYen: string, byYen: string): string =>
    `${request} ${toYen}（${fromYen}から${byYen}の減額）`,
  breakdown: (money: string): string => `内訳：${money}`,
  between: '、',
  part: (way: string, sum: string): string => `${way} ${sum}`,
  net: '差引',
  netLine: (sum: string, open: number): string =>
    `差引（売上 - 返金）：${sum}${open > 0 ? `（結果不明・要対応の${grouped(open)}件を除く）` : ''}`,
  unknown: '不明',
}

const EN: typeof JA = {
  ways: { captured: 'captured', released: 'released', refunded: 'refunded', unknown: 'not recorded' },
  short: { captured: 'sold', released: 'released', refunded: 'refunded', unknown: 'unclear' },
  total: {
    captured: 'Yen captured',
    released: 'Yen of released authorisations',
    refunded: 'Yen refunded',
    unknown: 'Yen released or refunded, which was not recorded',
  },
  totalLine: (title, sum) => `${title}: ${sum}`,
  row: (request, method, count, sum) =>
    `  ${request}, ${method}: ${grouped(count)} ${count === 1 ? 'order' : 'orders'}, ${sum}`,
  withWay: (text, way) => `${text} (${way})`,
  reduced: (request, toYen, fromYen, byYen) => `${request} ${toYen} (${fromYen} reduced by ${byYen})`,
  breakdown: (money) => `Of these: ${money}`,
  between: ', ',
  part: (way, sum) => `${way} ${sum}`,
  net: 'net',
  netLine: (sum, open) =>
    `Net (captured - refunded): ${sum}${open > 0 ? ` (without ${grouped(open)} of unknown outcome)` : ''}`,
  unknown: 'unknown',
}

const TEXTS = bothLanguages(JA, EN)

export interface ShownRequest {
  readonly request: RequestName | null
  /** The amount that the request captures or releases, whole yen; of a correction the new one; null is not asked yet. */
  readonly amountYen: number | null
  readonly movement: Movement | null
}

/** The yen that stand in a request's row, so that a column adds up to the sums below it; null is not asked yet. */
export const shownYen = ({ amountYen, movement }: Omit<ShownRequest, 'request'>): number | null =>
  movement?.yen ?? amountYen

export const wayOf = ({ movement }: Pick<ShownRequest, 'movement'>): ShownWay => movement?.way ?? 'unknown'

type NamedRequest = Omit<ShownRequest, 'amountYen'>

/** 取消成功（返金）: what happened to the money, after a text that does not say it by itself. */
export function withWay(text: string, { request, movement }: NamedRequest, lang: Lang): string {
  const isToldApart = request === 'cancel' || (request === 'corrected-sale' && movement?.way === 'refunded')
  return isToldApart && movement !== null ? TEXTS[lang].withWay(text, TEXTS[lang].ways[movement.way]) : text
}

/** 取消（返金）, 補正売上（返金）; a name that says what happens to the money stands alone. */
export const summedName = (shown: NamedRequest, lang: Lang): string =>
  withWay(actionName(shown.request, lang), shown, lang)

/**
 * 処理内容: 補正売上 (1,733 → 1,000), 補正売上 500円（980円から480円の減額）, 取消（返金）.
 * @param heldYen the amount held before a corrected sale of an authorisation; null shows none
 */
export function requestText(shown: ShownRequest, heldYen: number | null, lang: Lang): string {
  const { request, amountYen, movement } = shown
  if (request === 'refund' && amountYen !== null && movement !== null)
    return sentences(lang).refundedPart(amountYen + movement.yen, amountYen)
  if (request !== 'corrected-sale' || amountYen === null) return summedName(shown, lang)
  if (movement?.way === 'refunded') {
    const [to, from, by] = [amountYen, amountYen + movement.yen, movement.yen].map((sum) => yen(sum, lang))
    return TEXTS[lang].reduced(actionName(request, lang), to ?? '', from ?? '', by ?? '')
  }
  return heldYen === null ? actionName(request, lang) : sentences(lang).corrected(heldYen, amountYen)
}

/** The yen of each way, in their order, without the ways that do not occur. */
export function yenByWay(requests: readonly Omit<ShownRequest, 'request'>[]): { way: ShownWay; yen: number }[] {
  return SHOWN_WAYS.flatMap((way) => {
    const these = requests.filter((request) => wayOf(request) === way)
    return these.length === 0 ? [] : [{ way, yen: these.reduce((sum, request) => sum + (shownYen(request) ?? 0), 0) }]
  })
}

/** The difference as it is shown; null where nothing is refunded, so that it says nothing new. */
function netText(requests: readonly Omit<ShownRequest, 'request'>[], lang: Lang): string | null {
  const ways = new Set(requests.map(wayOf))
  if (ways.has('unknown')) return TEXTS[lang].unknown
  if (!ways.has('refunded')) return null
  return yen(
    requests.reduce((sum, { movement }) => sum + (movement === null ? 0 : netOf(movement)), 0),
    lang,
  )
}

const isPlain = (sums: readonly { readonly way: ShownWay }[]): boolean => sums.every(({ way }) => way === 'captured')

/** オーソリ解放 1,733円、返金 12,000円、差引 -12,000円; 1,001円 where all is captured. */
export function moneyText(requests: readonly Omit<ShownRequest, 'request'>[], lang: Lang): string {
  const texts = TEXTS[lang]
  const sums = yenByWay(requests)
  if (isPlain(sums)) return yen(sums[0]?.yen ?? 0, lang)
  const net = netText(requests, lang)
  const parts = sums.map((sum) => texts.part(texts.ways[sum.way], yen(sum.yen, lang)))
  return [...parts, ...(net === null ? [] : [texts.part(texts.net, net)])].join(texts.between)
}

/** 内訳：オーソリ解放 1,733円、返金 12,000円、差引 -12,000円; null where everything is captured. */
export const breakdownLine = (requests: readonly Omit<ShownRequest, 'request'>[], lang: Lang): string | null =>
  isPlain(yenByWay(requests)) ? null : TEXTS[lang].breakdown(moneyText(requests, lang))

/** One request with the name of its method, for the sums of a result. */
export interface SummedRequest extends ShownRequest {
  readonly method: string
}

/**
 * The yen of accepted requests: each way with its sum, under it request by request and method by method, then the
 * difference.
 * @param open the number of requests whose outcome is not known, which no sum contains
 */
export function moneyLines(accepted: readonly SummedRequest[], open: number, lang: Lang): string[] {
  const texts = TEXTS[lang]
  const lines = yenByWay(accepted).flatMap((sum) => {
    const rows = new Map<string, { name: string; method: string; count: number; yen: number }>()
    for (const request of accepted.filter((one) => wayOf(one) === sum.way)) {
      const name = summedName(request, lang)
      const key = JSON.stringify([name, request.method])
      const row = rows.get(key) ?? { name, method: request.method, count: 0, yen: 0 }
      rows.set(key, { ...row, count: row.count + 1, yen: row.yen + (shownYen(request) ?? 0) })
    }
    return [
      texts.totalLine(texts.total[sum.way], yen(sum.yen, lang)),
      ...[...rows.values()].map((row) => texts.row(row.name, row.method, row.count, yen(row.yen, lang))),
    ]
  })
  const net = netText(accepted, lang)
  return net === null ? lines : [...lines, texts.netLine(net, open)]
}

/** 1,001 where all is captured; else 解放 1,733 / 返金 480. */
export function moneyCell(accepted: readonly Omit<ShownRequest, 'request'>[], lang: Lang): string {
  const sums = yenByWay(accepted)
  if (isPlain(sums)) return grouped(sums[0]?.yen ?? 0)
  return sums.map((sum) => TEXTS[lang].part(TEXTS[lang].short[sum.way], grouped(sum.yen))).join(' / ')
}
