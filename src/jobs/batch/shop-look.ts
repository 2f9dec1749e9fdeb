// Just before each request the shop's own row is read again: what staff changed there meanwhile is not sent.
import type { Step } from '../../domain/run.js'
import { sameShopRow, type ShopReading } from '../../domain/shop.js'
import { AppError } from '../../errors.js'
import type { ShopDesk } from '../../ports.js'
import type { StopReason } from './events.js'

/** What the shop's row says about a request that is about to go out. */
export type ShopLook =
  | { readonly type: 'as-read' }
  | { readonly type: 'changed'; readonly about: string }
  | { readonly type: 'lost'; readonly stop: StopReason }

/** The connection that looks is the one that holds the shop's lock: where it answers, no other desk is sending. */
export async function lookAtShop(step: Step, { shop, rows }: Pick<ShopDesk, 'shop' | 'rows'>): Promise<ShopLook> {
  let now: ShopReading | null
  try {
    now = await shop.look(step.orderId)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { type: 'lost', stop: { type: 'shop-lost', code: error.code } }
  }
  const difference = differenceOf(step, now, rows)
  return difference === null ? { type: 'as-read' } : { type: 'changed', about: `shop: ${difference}` }
}

function differenceOf(step: Step, now: ShopReading | null, rows: ShopDesk['rows']): string | null {
  if (now === null) return 'gone'
  if (now.type === 'unreadable') return now.field
  const before = rows.asRead(step.orderId)
  if (before === null) return 'never-read'
  if (now.asRead.totalYen !== step.totalYen) return 'total'
  if (now.asRead.kind !== before.kind) return 'kind'
  if (now.asRead.paymentId !== before.paymentId) return 'payment_id'
  return sameShopRow(before, now.asRead) ? null : 'payment_status'
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
