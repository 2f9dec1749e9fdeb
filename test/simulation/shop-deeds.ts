// Plays the actions of staff, customers and the shop's own module on the orders in the shop's database.
import { settleTime } from '../../src/simulator/office.js'
import type { Payment } from '../../src/simulator/ledger-payments.js'
import { doOnline, isAuthorised, paidAgain } from './blows.js'
import { SHIPPED_AT } from './script.js'
import { METHOD_TEXTS, type LiveRow, type ShopDatabase } from './shop.js'
import type { World } from './world.js'

const DEEDS = [
  [4, 'called off'],
  [2, 'called on'],
  [2, 'shipped or not'],
  [3, 'total'],
  [2, 'hidden or not'],
  [1, 'another method or ours'],
  [1, 'method on the order page'],
  [1, 'paid again'],
  [2, 'status learnt'],
  [2, 'request from the shop'],
  [1, 'change under way or over'],
  [1, 'garbled or not'],
  [1, 'another desk'],
  [1, 'error'],
  [2, 'held'],
  [2, 'trigger'],
  [2, 'free to be written'],
] as const
type Deed = (typeof DEEDS)[number][1]

/** Somebody changes one order in the shop; the mirror hears of it from the next pull, or from a look before a request. */
export function changeShop(world: World, shop: ShopDatabase): void {
  const { random } = shop
  const live = random.pick([...shop.rows.values()])
  const deed = random.weighted(DEEDS)
  world.count('changed in the shop')
  world.tell(() => `in the shop: order ${live.row.orderId}, ${deed}`)
  doInShop(world, shop, live, deed)
}

function doInShop(world: World, shop: ShopDatabase, live: LiveRow, deed: Deed): void {
  const { orderId, shippedAt, totalYen } = live.row
  const { random } = shop
  switch (deed) {
    case 'called off':
      return shop.put(orderId, { ...live, row: { ...live.row, orderStatus: 'キャンセル' } })
    case 'called on':
      return shop.put(orderId, { ...live, row: { ...live.row, orderStatus: '入金待ち' } })
    case 'shipped or not':
      return shop.put(orderId, { ...live, row: { ...live.row, shippedAt: shippedAt === null ? SHIPPED_AT : null } })
    case 'total':
      return shop.change(orderId, { totalYen: totalYen + random.pick([-100, 100]) })
    case 'hidden or not':
      return shop.put(orderId, { ...live, hidden: !live.hidden })
    case 'another method or ours':
      return shop.put(orderId, { ...live, otherMethod: live.otherMethod === null ? '代金引換' : null })
    case 'method on the order page': {
      const ours = METHOD_TEXTS[live.row.method]
      const methodText = live.row.methodText === ours ? '代金引換' : ours
      return shop.put(orderId, { ...live, row: { ...live.row, methodText } })
    }
    case 'garbled or not':
      return shop.put(orderId, { ...live, garbled: !live.garbled })
    case 'another desk':
      return shop.turnToAnotherDesk()
    case 'change under way or over':
      if (live.row.kind === '') shop.change(orderId, { kind: '0201' })
      else if (live.kind === '0201') shop.change(orderId, { kind: '020' })
      return
    case 'error':
      return shop.put(orderId, { ...live, errorText: 'エラー詳細 : 変更に失敗しました。エラーコード2010' })
    case 'held':
    case 'trigger':
      return void shop.obstacles.set(orderId, deed)
    case 'free to be written':
      return void shop.obstacles.delete(orderId)
    case 'paid again':
    case 'status learnt':
    case 'request from the shop': {
      const payment = world.ledger.payments.find(live.row.paymentId ?? '')
      return payment === null ? undefined : doToPayment(world, shop, payment, orderId, deed)
    }
    default:
      deed satisfies never
  }
}

function doToPayment(
  world: World,
  shop: ShopDatabase,
  payment: Payment,
  orderId: string,
  deed: 'paid again' | 'status learnt' | 'request from the shop',
): void {
  const { ledger, time } = world
  ledger.atomically(() => settleTime(ledger, time.nowMs()))
  const now = ledger.payments.find(payment.paymentId) ?? payment
  if (deed === 'status learnt') return shop.change(orderId, { status: now.status })
  if (deed === 'paid again') return shop.change(orderId, { kind: shop.none, ...paidAgain(world, now) })
  if (!isAuthorised(now)) return
  const sells = shop.random.chance(0.5)
  ledger.atomically(() => doOnline(world, now, sells ? 'sell' : 'cancel'))
  const [sale, cancel] = now.method === 'credit' ? ['022', '021'] : ['101', '102']
  const status = ledger.payments.find(now.paymentId)?.status ?? now.status
  shop.change(orderId, { kind: sells ? sale : cancel, status })
}
