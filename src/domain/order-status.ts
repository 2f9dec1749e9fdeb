// Reads the meaning of the shop's 対応状況 for a request: a closed list, and the shop's setting for its own names.
import { pasteable } from '../text/names.js'
import type { Order } from './order.js'

/**
 * The 対応状況 of EC-CUBE 2 by the number in `dtb_order.status` and in the shop's order CSV, as its table mtb_order_status
 * is delivered: docs/rules.md#order-status. A shop may add numbers of its own.
 */
export const ECCUBE2_STATUS = {
  1: '新規受付',
  2: '入金待ち',
  3: 'キャンセル',
  4: '取り寄せ中',
  5: '発送済み',
  6: '入金済み',
  7: '決済処理中',
} as const satisfies Readonly<Record<number, string>>

/** The same of EC-CUBE 4, by `order_status_id`. */
export const ECCUBE4_STATUS = {
  1: '新規受付',
  3: '注文取消し',
  4: '対応中',
  5: '発送済み',
  6: '入金済み',
  7: '決済処理中',
  8: '購入処理中',
  9: '返品',
} as const satisfies Readonly<Record<number, string>>

export const MEANINGS = ['sell', 'cancelled', 'unfinished', 'hold'] as const
export type Meaning = (typeof MEANINGS)[number]

/** One entry of the setting, in the form in which names are compared. At least one of number and name is there. */
export interface StatusEntry {
  /** Without leading zeros. */
  readonly number: string | null
  /** '' is an order without any 対応状況. */
  readonly name: string | null
  readonly meaning: Meaning
}

/** The meanings that the shop has given to its own 対応状況. */
export type StatusSetting = readonly StatusEntry[]

/**
 * The meaning of a 対応状況, and its source. `number` is a bare number to which some EC-CUBE gives this meaning, `parts` a
 * name that only sounds like it. Either keeps an order from being sold, and neither is sure enough to release a
 * payment.
 */
export type StatusReading =
  | { readonly meaning: 'sell' | 'unfinished' | 'hold' | 'unknown' }
  | { readonly meaning: 'cancelled'; readonly by: 'name' | 'setting' | 'number' | 'parts' | 'gone' }

/** The 対応状況 that a pull writes for an order that was deleted or hidden in the shop. */
export const GONE_ORDER_STATUS = '削除済み'

/** A 対応状況 that stops no sale. */
export const SELLABLE_ORDER_STATUS = ECCUBE2_STATUS[1]

/** The names with which EC-CUBE 2 and 4 are delivered. */
const STANDARD: ReadonlyMap<string, Exclude<Meaning, 'hold'>> = new Map([
  ['新規受付', 'sell'],
  ['入金待ち', 'sell'],
  ['入金済み', 'sell'],
  ['取り寄せ中', 'sell'],
  ['対応中', 'sell'],
  ['発送済み', 'sell'],
  ['キャンセル', 'cancelled'],
  ['注文取消し', 'cancelled'],
  ['返品', 'cancelled'],
  [GONE_ORDER_STATUS, 'cancelled'],
  ['決済処理中', 'unfinished'],
  ['購入処理中', 'unfinished'],
])

const SHIPPED = ECCUBE2_STATUS[5]

/** Every name of a number in EC-CUBE 2 and 4. */
const namesOf = (number: string): string[] =>
  [ECCUBE2_STATUS, ECCUBE4_STATUS].flatMap((names: Readonly<Record<string, string>>) => names[number] ?? [])

/** The meaning of a number. One that is cancelled or unfinished in EC-CUBE 2 or 4 is never sold. */
function meaningOfNumber(number: string): Exclude<Meaning, 'hold'> | null {
  const meanings = namesOf(number).map((name) => STANDARD.get(name))
  return meanings.find((meaning) => meaning !== 'sell') ?? meanings[0] ?? null
}

/** Words of orders that are called off. They have no small kana, because an old system writes none. */
const PARTS: readonly string[] = ['キヤンセル', '取消', '取り消し', '返品', '返金']

/** The empty 対応状況 in an entry of the setting; in a shop's order it means the same. */
const EMPTY = '-'

/** The form in which a 対応状況 is compared: width, blanks and invisible characters do not count. */
export const comparedStatus = (text: string): string =>
  text.normalize('NFKC').replace(/[\s\p{Cc}\p{Default_Ignorable_Code_Point}]+/gu, '')

/** `3`, `03` and `3.0` are the number 3, and `3:キャンセル` is that number with its name. */
const NUMBER = /^0*(\d+)(?:\.0+)?$/
const NUMBERED_NAME = /^0*(\d+):(.+)$/

interface Parsed {
  readonly number: string | null
  readonly name: string | null
}

export function parseStatus(text: string): Parsed {
  const compared = comparedStatus(text)
  if (compared === EMPTY) return { number: null, name: '' }
  const bare = NUMBER.exec(compared)?.[1]
  if (bare !== undefined) return { number: bare, name: null }
  const [, number = null, name = compared] = NUMBERED_NAME.exec(compared) ?? []
  return { number, name }
}

/**
 * Whether an order's 対応状況 is the one that an operator names: by its name, or by its number; `-` is none. A bare number
 * has the names that EC-CUBE 2 and 4 give it.
 */
export function isOfStatus(orderStatus: string, wanted: string): boolean {
  const own = parseStatus(orderStatus)
  const { number, name } = parseStatus(wanted)
  if (name === null) return own.number === number || (own.name !== null && namesOf(number ?? '').includes(own.name))
  return own.name === null ? own.number !== null && namesOf(own.number).includes(name) : own.name === name
}

/** Whether the shop calls the order shipped, for a source that has no date of it. */
export function meansShipped(orderStatus: string): boolean {
  const { number, name } = parseStatus(orderStatus)
  return name === null ? number !== null && namesOf(number).includes(SHIPPED) : name === SHIPPED
}

/** Readings that were made already: a mirror has few 対応状況 and many orders. */
const READ = new WeakMap<StatusSetting, Map<string, StatusReading>>()
const MOST_KEPT = 1_000

/** Whether the order counts as shipped: by its date, or by 対応状況 if the source has no date for any order. */
export const isShipped = ({
  shippedAt,
  shippingTold,
  orderStatus,
}: Pick<Order, 'shippedAt' | 'shippingTold' | 'orderStatus'>): boolean =>
  shippedAt !== null || (!shippingTold && meansShipped(orderStatus))

/** Reads a 対応状況 as the shop has it. Pure: the same text and setting give the same answer. */
export function readStatus(orderStatus: string, setting: StatusSetting): StatusReading {
  const kept = READ.get(setting) ?? new Map<string, StatusReading>()
  READ.set(setting, kept)
  const before = kept.get(orderStatus)
  if (before !== undefined) return before
  const reading = readAnew(orderStatus, setting)
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(orderStatus, reading)
  return reading
}

function readAnew(orderStatus: string, setting: StatusSetting): StatusReading {
  const status = parseStatus(orderStatus)
  const said = saidOf(status, setting)
  if (said !== null) return said === 'cancelled' ? { meaning: said, by: 'setting' } : { meaning: said }
  const { number, name } = status
  if (name === null) {
    const meaning = number === null ? null : meaningOfNumber(number)
    return meaning === 'cancelled' ? { meaning, by: 'number' } : { meaning: meaning ?? 'unknown' }
  }
  const meaning = STANDARD.get(name)
  if (meaning === 'cancelled') return { meaning, by: name === GONE_ORDER_STATUS ? 'gone' : 'name' }
  if (meaning !== undefined) return { meaning }
  return soundsCancelled(name) ? { meaning: 'cancelled', by: 'parts' } : { meaning: 'unknown' }
}

const soundsCancelled = (name: string): boolean => PARTS.some((part) => name.replaceAll('ャ', 'ヤ').includes(part))

/**
 * The meaning by the shop's setting. A name counts before a number, because the shop may have given the number another
 * name.
 */
function saidOf({ number, name }: Parsed, setting: StatusSetting): Meaning | null {
  const byName = name === null ? undefined : setting.find((entry) => entry.name === name)
  if (byName !== undefined) return byName.meaning
  const byNumber = setting.find((entry) => {
    if (entry.number === null) return false
    if (number !== null) return entry.number === number && (name === null || entry.name === null)
    return name !== null && namesOf(entry.number).includes(name)
  })
  if (byNumber === undefined) return null
  // The shop may have renamed the number, so its entry does not make an order with the standard name sell.
  const standard = name === null ? undefined : STANDARD.get(name)
  return byNumber.meaning === 'sell' && standard !== undefined && standard !== 'sell' ? null : byNumber.meaning
}

/**
 * Reads `8=返品受付:cancelled,店舗保留:hold,-:sell`; null if it is no such setting, or if it makes an order sell that every
 * shop calls cancelled or unfinished.
 */
export function parseStatuses(text: string): StatusSetting | null {
  const entries: StatusEntry[] = []
  for (const part of text.split(',')) {
    if (part.trim() === '') continue
    const entry = entryOf(part)
    if (entry === null || entries.some((other) => contradicts(entry, other))) return null
    entries.push(entry)
  }
  return entries
}

function entryOf(part: string): StatusEntry | null {
  const at = Math.max(part.lastIndexOf(':'), part.lastIndexOf('：'))
  const meaning = MEANINGS.find((one) => one === comparedStatus(part.slice(at + 1)))
  if (at < 1 || meaning === undefined) return null
  const key = keyOf(part.slice(0, at))
  return key === null || (meaning === 'sell' && mayNeverSell(key)) ? null : { ...key, meaning }
}

function keyOf(text: string): Parsed | null {
  const [, number = null, name = text] = /^\s*0*(\d+)\s*=(.*)$/su.exec(text) ?? []
  const compared = comparedStatus(name)
  if (compared === EMPTY) return number === null ? { number, name: '' } : null
  if (compared === '' || compared.startsWith('=')) return null
  if (number !== null) return { number, name: compared }
  return parseStatus(compared)
}

const mayNeverSell = ({ number, name }: Parsed): boolean => {
  const standard = name === null ? meaningOfNumber(number ?? '') : STANDARD.get(name)
  return standard !== undefined && standard !== null && standard !== 'sell'
}

const contradicts = (one: StatusEntry, other: StatusEntry): boolean =>
  one.meaning !== other.meaning &&
  ((one.name !== null && one.name === other.name) || (one.number !== null && one.number === other.number))

/** The entry that a shop may paste for such a 対応状況. Wide characters replace those that divide a setting. */
export function entryText(orderStatus: string, meaning: Meaning): string {
  const { number, name } = parseStatus(orderStatus)
  const wide = pasteable(name ?? '')
  if (name === null) return `${number}:${meaning}`
  return `${number === null ? '' : `${number}=`}${wide === '' ? EMPTY : wide}:${meaning}`
}
