// Reads the shop's names of the payment methods that Paygent carries out. The operator gives each name its meaning;
// none is guessed.
import { comparedName, LONGEST_NAME, pasteable } from '../text/names.js'
import { type Carrier, CARRIERS, type Method } from './order.js'

export const METHOD_VALUES = ['credit', 'carrier', ...CARRIERS] as const
/** A carrier's value gives the carrier too; `carrier` leaves it to Paygent. */
export type MethodValue = (typeof METHOD_VALUES)[number]

/** By the shop's names, as they were written. */
export type MethodNames = ReadonlyMap<string, MethodValue>

export interface PaidBy {
  readonly method: Method
  /** Null for credit, and for an unknown carrier. */
  readonly carrier: Carrier | null
}

export const paidBy = (value: MethodValue): PaidBy => {
  const carrier = CARRIERS.find((one) => one === value) ?? null
  return { method: value === 'credit' ? 'credit' : 'carrier', carrier }
}

/** Further names by which staff call a method, beside the values themselves. */
export const SPOKEN_NAMES: Readonly<Record<Carrier | 'credit', readonly string[]>> = {
  credit: ['クレジット', 'クレジットカード', 'カード', 'クレカ'],
  docomo: ['ドコモ', 'd払い'],
  au: ['エーユー', 'auかんたん決済'],
  softbank: ['ソフトバンク', 'ソフトバンクまとめて支払い', 'ワイモバイル'],
}

/** Reads one `NAME=VALUE`; null if the text has another form. The name may contain `=`. */
export function readMethodName(text: string): readonly [string, MethodValue] | null {
  const at = text.lastIndexOf('=')
  const name = text.slice(0, Math.max(at, 0)).trim()
  const value = METHOD_VALUES.find((one) => one === comparedName(text.slice(at + 1)))
  return name === '' || value === undefined ? null : [name, value]
}

/** Reads `d払い=docomo,クレジットカード決済=credit`; null if a part is no such pair, or if a name has two meanings. */
export function readMethodNames(text: string): MethodNames | null {
  const names = new Map<string, MethodValue>()
  const forms = new Map<string, MethodValue>()
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const pair = readMethodName(part)
    if (pair === null) return null
    const [name, value] = pair
    const before = forms.get(comparedName(name))
    if (before !== undefined && before !== value) return null
    forms.set(comparedName(name), value)
    names.set(name, value)
  }
  return names
}

/** The name of a method that is not Paygent's, and the number of lines with it. */
export interface SkippedMethod {
  readonly name: string
  readonly count: number
}

/** The names of the lines that were skipped, the most frequent first; '' for lines without a method. */
export function skippedMethods(others: readonly { readonly method: string }[]): SkippedMethod[] {
  const counts = new Map<string, number>()
  for (const { method } of others) {
    const name = method.trim()
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

/** Words that make a name look like one of Paygent's methods. */
const METHOD_WORDS: readonly (readonly [MethodValue, RegExp])[] = [
  // In 'card払い' and 'iD払い' the d belongs to another word. Blanks are gone here, so 'Paygent d払い' has a letter before it.
  ['docomo', /(?<!car|prepai|^i|[^a-z]i)d払い|ドコモ|docomo/],
  ['au', /auかんたん|auキャリア|auid|^au(?:決済|払い)?$/],
  ['softbank', /ソフトバンク|softbank|ワイモバイル/],
  ['carrier', /キャリア|携帯/],
  ['credit', /クレジット|クレカ|カード|credit|card/],
]

/** Words of methods that are neither Paygent's credit nor its carrier payments. */
const ANOTHERS =
  /代金?引|着払|振込|振り込み|振替|後払|あと払|コンビニ|ペイジー|pay-?easy|atm|現金|手渡|店頭|小切手|為替|銀行|郵便|請求書|掛け?払|掛け?売|商品券|ギフト|プリペイド|電子マネー|ペイペイ|paypay|楽天ペイ|メルペイ|linepay|amazon|アマゾン|paypal|ペイパル|paidy|ペイディ|atone|他社|stripe|ストライプ|square|スクエア|gmo|図書|quo|クオ|決済済/

/** Signs between the names of a list, after NFKC. */
const LIST = /[・/、,&+]/

const valuesOf = (form: string): MethodValue[] =>
  METHOD_WORDS.filter(([, words]) => words.test(form)).map(([value]) => value)

const means = (value: MethodValue, { method, carrier }: PaidBy): boolean => {
  const named = paidBy(value)
  return named.method === method && (named.carrier === null || carrier === null || named.carrier === carrier)
}

/**
 * Compares a text of the shop's order page with the method by which Paygent carries out the order: it is `this` method,
 * clearly `another` one, or neither. A name in the setting counts more than its words.
 */
function meaningOf(name: string, paid: PaidBy, set: MethodNames): 'this' | 'another' | 'unclear' {
  const form = comparedName(name)
  const named = [...set].find(([one]) => comparedName(one) === form)
  if (named !== undefined) return means(named[1], paid) ? 'this' : 'unclear'
  const values = valuesOf(form)
  // キャリア beside the names of one carrier says nothing of the others. In a list with others it stands for all of them.
  const [carrier, another] = values.filter((value) => paidBy(value).carrier !== null)
  const isOfOneCarrier =
    carrier !== undefined && another === undefined && form.split(LIST).every((part) => valuesOf(part).includes(carrier))
  const hasItsWord = values.some((value) => means(value, paid) && !(value === 'carrier' && isOfOneCarrier))
  if (ANOTHERS.test(form)) return hasItsWord ? 'unclear' : 'another'
  return hasItsWord ? 'this' : 'unclear'
}

/** The texts of one order's method on the shop's page: the last one that agreed, and one that did not. */
export interface MethodTexts {
  readonly agreed?: string
  readonly disputed?: string
}

/**
 * Whether the shop has put another payment method on its order page. A changed text does, unless it names the order's
 * own method in other words. The first text of an order does so only if it clearly names another method, because a shop
 * may use any name. An empty text does not.
 */
export function namesAnother(text: string, before: MethodTexts, paid: PaidBy, set: MethodNames): boolean {
  const form = comparedName(text)
  if (form === '') return false
  const { agreed, disputed } = before
  if (agreed === undefined && disputed === undefined) return meaningOf(text, paid, set) === 'another'
  return (agreed === undefined || comparedName(agreed) !== form) && meaningOf(text, paid, set) !== 'this'
}

/** The likely meaning of a name, as a proposal to the operator; null if it looks like none of Paygent's methods. */
function likelyMethod(name: string): MethodValue | null {
  const found = valuesOf(comparedName(name))
  const carriers = found.filter((value) => value !== 'credit' && value !== 'carrier')
  if (carriers.length > 1) return 'carrier'
  return carriers[0] ?? found[0] ?? null
}

/**
 * The value of PAYGENT_METHODS with the names that are set and the skipped names that look like Paygent's; null if
 * there are none of the latter. It is only shown, because another company may carry out a method of such a name.
 */
export function methodsSetting(skipped: readonly SkippedMethod[], set: MethodNames): string | null {
  const likely = skipped.flatMap(({ name }) => {
    const value = name.length > LONGEST_NAME || /\p{Cc}/u.test(name) ? null : likelyMethod(name)
    return value === null ? [] : [`${pasteable(name)}=${value}`]
  })
  if (likely.length === 0) return null
  return [...[...set].map(([name, value]) => `${pasteable(name)}=${value}`), ...likely].join(',')
}
