// Just before each request the shop's own row is read again: what staff changed there meanwhile is not sent.
import { isCalledOff } from '../../domain/fence.js'
import { operationOf } from '../../domain/outcome.js'
import type { Step } from '../../domain/run.js'
import { sameShopRow, type ShopReading } from '../../domain/shop.js'
import { CHANGING_KINDS } from '../../domain/status.js'
import { AppError } from '../../errors.js'
import type { OrderStore, ShopDesk } from '../../ports.js'
import type { StopReason } from './events.js'

/** What the shop's row says about a request that is about to go out. */
export type ShopLook =
  | { readonly type: 'as-read' }
  | { readonly type: 'changed'; readonly about: string }
  | { readonly type: 'lost'; readonly stop: StopReason }

/** The connection that looks is the one that holds the shop's lock: where it answers, no other desk is sending. */
export async function lookAtShop(
  step: Step,
  { shop, rows }: Pick<ShopDesk, 'shop' | 'rows'>,
  orders: Pick<OrderStore, 'find'>,
): Promise<ShopLook> {
  let now: ShopReading | null
  try {
    now = await shop.look(step.orderId)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { type: 'lost', stop: { type: 'shop-lost', code: error.code } }
  }
  const difference = differenceOf(step, now, rows) ?? calledOffSince(step, now, orders)
  return difference === null ? { type: 'as-read' } : { type: 'changed', about: `shop: ${difference}` }
}

function differenceOf(step: Step, now: ShopReading | null, rows: ShopDesk['rows']): string | null {
  if (now === null) return 'gone'
  if (now.type === 'unreadable') return now.field
  const before = rows.asRead(step.orderId)
  if (before === null) return 'never-read'
  if (now.asRead.totalYen !== step.totalYen) return 'total'
  if (now.asRead.kind !== before.kind || CHANGING_KINDS.some((kind) => kind === now.asRead.kind)) return 'kind'
  if (now.asRead.paymentId !== before.paymentId) return 'payment_id'
  return sameShopRow(before, now.asRead) ? null : 'payment_status'
}

/** The plan was made, and confirmed, of the order as the mirror has it; the shop may have called it off meanwhile. */
function calledOffSince(step: Step, now: ShopReading | null, orders: Pick<OrderStore, 'find'>): string | null {
  const [planned] = orders.find([step.orderId])
  if (now?.type !== 'order' || planned === undefined) return null
  if (isCalledOff({ orderStatus: now.row.orderStatus ?? '' }) && !isCalledOff(planned)) return 'order_status'
  const recalled = operationOf(step.telegram) === 'sale' && planned.shippedAt !== null && now.row.shippedAt === null
  return recalled ? 'shipped_at' : null
}

/** @throws AppError another-desk when another machine sends orders of this shop, or what its database says */
export async function enterShop(desk: ShopDesk | null): Promise<void> {
  if (desk === null || (await desk.shopLock.acquire())) return
  const machine = await desk.shopLock.holder()
  throw new AppError('another-desk', machine === null ? {} : { machine })
}

/** For stages of one run: the shop's lock is held already, and is given back by whoever took it. */
export const heldDesk = (desk: ShopDesk | null): ShopDesk | null =>
  desk && {
    ...desk,
    shopLock: {
      acquire: () => Promise.resolve(true),
      holder: () => desk.shopLock.holder(),
      release: () => Promise.resolve(),
    },
  }
