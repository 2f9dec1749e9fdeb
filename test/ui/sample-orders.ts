// Orders for the tests of the interface: the manual's own four, and names that break tables.
import { movementOf } from '../../src/domain/money.js'
import type { Order } from '../../src/domain/order.js'
import type { RunItem } from '../../src/domain/run.js'
import type { Screen } from '../../src/ui/screen.js'

export const screenOf = (width: number | null, lang: 'ja' | 'en' = 'ja', more: Partial<Screen> = {}): Screen => ({
  lang,
  width,
  colour: false,
  ascii: false,
  ...more,
})

export const sampleOrder = (more: Partial<Order> = {}): Order => ({
  orderId: '852',
  orderedAt: '2009-06-19T11:50:00+09:00',
  customerName: 'ペイジェント 太郎',
  method: 'carrier',
  carrier: 'docomo',
  totalYen: 1,
  amendedFromYen: null,
  listedAmountYen: 1,
  shippedAt: null,
  shippingTold: true,
  orderStatus: '入金待ち',
  tradingId: '852',
  paymentId: '12345678',
  kind: '',
  kindByUs: false,
  status: '20',
  statusOrigin: 'shop',
  statusPaymentId: null,
  heldAmountYen: 1,
  heldAmountAt: '2009-06-19T12:00:00+09:00',
  authorizedAt: '2009-06-19T11:50:00+09:00',
  openAttempt: false,
  attention: false,
  severalPayments: false,
  conflict: false,
  hold: null,
  shopError: null,
  duplicatePayment: false,
  notProcessed: null,
  correctionRefused: null,
  malformed: false,
  ...more,
})

const credit = { method: 'credit', carrier: null, customerName: 'ペイジェント 次郎', orderStatus: '新規受付' } as const

/** The manual's section 4, as its screen shows them. */
export const MANUAL_ORDERS: readonly Order[] = [
  sampleOrder({
    ...credit,
    orderId: '864',
    tradingId: '864',
    paymentId: '864',
    orderedAt: '2009-06-30T23:11:00+09:00',
  }),
  sampleOrder({
    ...credit,
    orderId: '862',
    tradingId: '862',
    paymentId: '862',
    orderedAt: '2009-06-30T17:17:00+09:00',
  }),
  sampleOrder({
    orderId: '853',
    tradingId: '853',
    paymentId: '853',
    carrier: 'au',
    orderedAt: '2009-06-19T12:05:00+09:00',
    totalYen: 1733,
    heldAmountYen: 1733,
    listedAmountYen: 1733,
  }),
  sampleOrder(),
]

/** The day on which the desk's orders are looked at. */
export const DESK_DAY = '2026-11-29'

/** One order of the desk, placed that many days before its day, authorised when it was placed. */
function deskOrder(orderId: string, customerName: string, daysAgo: number, more: Partial<Order> = {}): Order {
  const orderedAt = `${new Date(Date.parse(DESK_DAY) - daysAgo * 86_400_000).toISOString().slice(0, 10)}T11:50:00+09:00`
  const totalYen = more.totalYen ?? 4800 + (Number(orderId) % 1000)
  return sampleOrder({
    orderId,
    customerName,
    orderedAt,
    totalYen,
    tradingId: orderId,
    paymentId: `20${orderId}`,
    authorizedAt: orderedAt,
    method: 'credit',
    carrier: null,
    orderStatus: '新規受付',
    heldAmountYen: totalYen,
    listedAmountYen: totalYen,
    ...more,
  })
}

const docomo = { method: 'carrier', carrier: 'docomo' } as const
const au = { method: 'carrier', carrier: 'au' } as const
const softbank = { method: 'carrier', carrier: 'softbank' } as const
const shipped = { shippedAt: '2026-11-28T16:00:00+09:00', orderStatus: '発送済み' } as const
const byUs = { kindByUs: true, statusOrigin: 'paygent' } as const

/** A shop's week: numbers of five digits, and an order in every state that a list can show. */
export const DESK_ORDERS: readonly Order[] = [
  deskOrder('12862', '佐藤 直樹', 0),
  deskOrder('12861', '髙橋 由美子', 1, { ...docomo, ...shipped }),
  deskOrder('12860', '渡邊 健太郎', 2, { ...au, ...shipped, status: '20', totalYen: 128_000 }),
  deskOrder('12859', 'ペイジェント 太郎', 3, { ...shipped, totalYen: 1_234_567 }),
  deskOrder('12858', '長谷川 久美子', 5, { ...softbank, orderStatus: '入金済み' }),
  deskOrder('12857', '佐藤 直美', 5, { ...shipped, totalYen: 900, heldAmountYen: 1733 }),
  deskOrder('12856', '山田 花子', 6, { totalYen: 2400, heldAmountYen: 1733 }),
  deskOrder('12855', '有限会社はまなす水産加工センター', 7, { ...byUs, ...shipped, kind: '022', status: '40' }),
  deskOrder('12854', '伊藤 誠', 8, { ...byUs, ...docomo, ...shipped, kind: '101', status: '44' }),
  deskOrder('12853', '小林 さくら', 9, { ...byUs, ...shipped, kind: '029', status: '40' }),
  deskOrder('12852', '加藤 大輔', 10, { ...byUs, orderStatus: 'キャンセル', kind: '021', status: '32' }),
  deskOrder('12851', '吉田 陽子', 12, { ...byUs, orderStatus: '返品', kind: '023', status: '60' }),
  deskOrder('12850', '松本 翔', 13, { ...byUs, ...au, orderStatus: '注文取消し', kind: '102', status: '32' }),
  deskOrder('12849', '井上 恵', 15, { orderStatus: 'キャンセル' }),
  deskOrder('12848', '木村 拓', 16, { ...docomo, openAttempt: true }),
  deskOrder('12847', '林 真由美', 18, { attention: true }),
  deskOrder('12846', '清水 亮', 20, { ...docomo, conflict: true }),
  deskOrder('12845', '山口 久美', 22, { orderStatus: '店舗保留' }),
  deskOrder('12844', '森 一郎', 25, { status: null, heldAmountYen: null }),
  deskOrder('12843', '池田 美咲', 28, { method: 'carrier', carrier: null, orderStatus: '取り寄せ中' }),
  deskOrder('12842', '橋本 圭', 57, { ...shipped }),
  deskOrder('12841', '阿部 亜希子', 66, {}),
  deskOrder('12840', '石川 遼', 70, { status: '33' }),
  deskOrder('12835', '岡田 修', 3, {
    hold: { note: '住所確認', since: '2026-11-28T10:00:00+09:00', osUser: 'yamada' },
  }),
  deskOrder('12839', '山崎 千尋', 340, { status: '33', orderStatus: '' }),
]

/** Names as they come out of shops, and out of the hands of people who try things. */
export const HARD_NAMES = [
  'ペイジェント 太郎',
  'ﾍﾟｲｼﾞｪﾝﾄ ﾀﾛｳ',
  'が\u304B\u3099き\u3099', // composed and decomposed
  '①②③商店',
  '髙﨑 德一',
  '葛\u{E0100}城 葛\u{E0101}飾',
  '田中😀花子',
  '👨\u200D👩\u200D👧\u200D👦 ファミリー',
  '❤\uFE0F愛 🇯🇵',
  'e\u0301le\u0300ve Nguye\u0302\u0303n',
  'Z\u0336a\u0336l\u0336g\u0336o' + '\u0301'.repeat(40),
  '\u202Eoruat\u202C',
  '山田\n│ 999 │ 偽の行 │ ○ │',
  '\u001B[31m赤い名前\u001B[0m\u001B]0;title\u0007',
  'ゼロ\u200B幅\uFEFF\u2060',
  'とても長い名前の株式会社ペイジェント決済サービス第一営業部受注管理課',
  '한글 이름 ᄀ',
] as const

/** A line of a result, by default of an accepted sale; it moves what its telegram moves from `plannedStatus`. */
export const runItem = (more: Partial<RunItem> & { plannedStatus?: string; heldAmountYen?: number } = {}): RunItem => {
  const { plannedStatus = '20', heldAmountYen = null, ...fields } = more
  const item = {
    position: 1,
    order: sampleOrder({ kind: '101', kindByUs: true, status: '40', statusOrigin: 'paygent' }),
    request: 'sale',
    telegram: '101',
    outcome: 'accepted',
    firstOutcome: 'accepted',
    code: null,
    detail: null,
    reason: null,
    about: null,
    paymentId: fields.order?.paymentId ?? '12345678',
    newPaymentId: null,
    amountYen: 1,
    attempts: 1,
    mark: null,
    refunded: false,
    acceptedLater: false,
    ...fields,
  } satisfies Omit<RunItem, 'movement'>
  return { movement: movementOf({ ...item, plannedStatus, heldAmountYen }, item.refunded), ...item }
}

/** One of every outcome, in the order, and one that was already done. */
export const everyOutcome = (): RunItem[] => {
  const order = (orderId: string, more: Partial<Order> = {}): Order => sampleOrder({ orderId, ...more })
  return [
    runItem(),
    runItem({
      position: 2,
      order: order('853', { carrier: 'au', totalYen: 1733 }),
      outcome: 'rejected',
      firstOutcome: 'unknown',
      code: '7406',
      detail: 'オーソリ取消済みです\n偽の行',
      amountYen: 1733,
    }),
    runItem({
      position: 3,
      order: order('854', { method: 'credit', carrier: null, heldAmountYen: 1733, totalYen: 2000 }),
      outcome: 'refused',
      firstOutcome: 'refused',
      reason: 'higher',
      paymentId: null,
      amountYen: null,
      attempts: 0,
    }),
    runItem({ position: 4, order: order('855'), outcome: 'not-processed', firstOutcome: 'unknown' }),
    runItem({ position: 5, order: order('856', { openAttempt: true }), outcome: 'unknown', firstOutcome: 'unknown' }),
    runItem({
      position: 6,
      order: order('857', { method: 'credit', carrier: null, attention: true }),
      request: 'corrected-sale',
      telegram: '029',
      outcome: 'attention',
      firstOutcome: 'attention',
      code: '2012',
      detail: '売上取消エラー',
      newPaymentId: '99',
      amountYen: 1000,
    }),
    runItem({ position: 7, order: order('858'), outcome: 'unsent', firstOutcome: 'unsent', attempts: 0 }),
    runItem({
      position: 8,
      order: order('859', { status: '40', kind: '101' }),
      request: null,
      outcome: 'refused',
      firstOutcome: 'refused',
      reason: 'already',
      about: '40',
      amountYen: null,
      attempts: 0,
    }),
  ]
}
