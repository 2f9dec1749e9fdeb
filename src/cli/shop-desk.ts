// The shop's own database for whatever command needs it: opened late, closed whatever happens.
import type { PushedOrder } from '../attempts/shop-push.js'
import { AppError, type ErrorCode, EXIT, type ExitCode, highest, isOfShop } from '../errors.js'
import { pull, type PullReport } from '../jobs/pull.js'
import { push, pushExit } from '../jobs/push.js'
import type { Mirror } from '../mirror/open.js'
import type { Clock, RunLock, ShopDesk } from '../ports.js'
import type { EccubeShop } from '../shop/open.js'
import { type PushFault, pushFaultText, pushText } from '../ui/push.js'
import { PULL_TEXTS } from '../ui/pull.js'
import type { Context } from './context.js'
import { StatusLine } from './status-line.js'
import { hostname } from 'node:os'

/**
 * Opens the shop's database, works, and closes it; null where none is configured.
 * @throws AppError as `openShop` says
 */
export async function withShop<Result>(
  { config }: Pick<Context, 'config'>,
  work: (shop: EccubeShop | null) => Promise<Result>,
): Promise<Result> {
  if (config.shopDatabase === null) return work(null)
  const { openShop } = await import('../shop/open.js')
  const shop = await openShop(config.shopDatabase, hostname())
  try {
    return await work(shop)
  } finally {
    await shop.close()
  }
}

/**
 * For commands of which a part needs no shop: where its database cannot be opened they work without it.
 * @throws AppError what is wrong with the setting itself, and what the work throws
 */
export async function withReachableShop<Result>(
  context: Pick<Context, 'config'>,
  mirror: Mirror,
  work: (desk: ShopDesk | null, away: ErrorCode | null) => Promise<Result>,
): Promise<Result> {
  let begun = false
  try {
    return await withShop(context, (shop) => {
      begun = true
      return work(shop && deskOf(shop, mirror), null)
    })
  } catch (error) {
    if (begun || !isOfShop(error)) throw error
    return work(null, error.code)
  }
}

/** For commands that are about nothing else. @throws AppError shop-missing */
export const withTheShop = <Result>(
  context: Pick<Context, 'config'>,
  work: (shop: EccubeShop) => Promise<Result>,
): Promise<Result> =>
  withShop(context, (shop) => {
    if (shop === null) throw new AppError('shop-missing')
    return work(shop)
  })

export const deskOf = (shop: EccubeShop, mirror: Mirror): ShopDesk => ({
  shop,
  rows: mirror.shopRows,
  shopLock: shop.lock,
})

export interface ShopDeps {
  readonly desk: ShopDesk
  readonly lock: RunLock
  readonly clock: Clock
}

/** Shows how far it is. */
export async function followPull(deps: ShopDeps, context: Context): Promise<PullReport> {
  const { terminal, errorScreen, options, config } = context
  const foot = new StatusLine(terminal, errorScreen.width !== null && !options.quiet)
  const pulling = pull(deps, terminal.interrupted)
  try {
    for (;;) {
      const { done, value } = await pulling.next()
      if (done) return value
      foot.show(PULL_TEXTS[config.lang].pulling(value.orders))
    }
  } finally {
    foot.hide()
  }
}

export interface Pushing<Fault extends PushFault = PushFault> {
  /** Every order up to the end, or up to the fault that ended it. */
  readonly orders: readonly PushedOrder[]
  readonly fault: Fault | null
}

export async function followPush(deps: ShopDeps, signal: AbortSignal): Promise<Pushing<AppError>> {
  const orders: PushedOrder[] = []
  try {
    for await (const order of push(deps, signal)) orders.push(order)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { orders, fault: error }
  }
  return { orders, fault: null }
}

/** Says what the shop could not be told of, with what it was told of besides. @returns the exit code that it calls for */
export function tellPushed({ orders, fault }: Pushing, { terminal, errorScreen }: Context): ExitCode {
  const code = pushExit(orders)
  if (code !== EXIT.done || (fault !== null && orders.length > 0))
    terminal.err(`${pushText(orders, false, errorScreen)}\n`)
  if (fault === null) return code
  terminal.err(`${pushFaultText(fault, errorScreen)}\n`)
  return highest(code, EXIT.stopped)
}

/** For the log: never the error text, which is Paygent's and may hold anything. */
export const loggablePush = ({ orderId, fate, kind, code }: PushedOrder) => ({ orderId, fate, kind, code })
