// Opens the shop's database for a command and closes it; follows a pull or a push and prints its progress.
import { hostname } from 'node:os'
import type { PushedOrder } from '../attempts/shop-push.js'
import { AppError, EXIT, type ErrorCode, type ExitCode, highest, isOfShop } from '../errors.js'
import { type PullReport, pull } from '../jobs/pull.js'
import { pushExit, pushResults } from '../jobs/push.js'
import type { Mirror } from '../mirror/open.js'
import type { Clock, RunLock, ShopDesk } from '../ports.js'
import type { EccubeShop } from '../shop/open.js'
import { jsonLine } from '../ui/json.js'
import { type PushFault, pushFaultJson, pushFaultText, pushText } from '../ui/push.js'
import type { Context } from './context.js'
import { Counting } from './counting.js'
import { follow } from './follow.js'

async function openShopOf({ config }: Pick<Context, 'config'>): Promise<EccubeShop | null> {
  if (config.shopDatabase === null) return null
  const { openShop } = await import('../shop/open.js')
  return openShop(config.shopDatabase, hostname())
}

/** Opens the shop's database, null where none is configured, works, and closes it. @throws AppError as `openShop` does */
export async function withShop<Result>(
  context: Pick<Context, 'config'>,
  work: (shop: EccubeShop | null) => Promise<Result>,
): Promise<Result> {
  const shop = await openShopOf(context)
  try {
    return await work(shop)
  } finally {
    await shop?.close()
  }
}

/**
 * For commands that need the shop for a part of their work only: where its database cannot be opened they work without
 * it.
 * @throws AppError for a fault of the setting itself, and the errors of the work
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

/** For commands that need the shop. @throws AppError shop-missing */
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

/** Pulls the shop's orders and shows the progress. */
export async function followPull(deps: ShopDeps, context: Context): Promise<PullReport> {
  const counting = new Counting(context)
  try {
    return await follow(pull(deps, context.terminal.interrupted), (event) => counting.note(event))
  } finally {
    counting.hide()
  }
}

export interface Pushing<Fault extends PushFault = PushFault> {
  /** Every order up to the end, or up to the error that ended the push. */
  readonly orders: readonly PushedOrder[]
  readonly fault: Fault | null
}

/** @param signal ends it early; left out where a command writes its results at its end */
export async function followPush(deps: ShopDeps, signal?: AbortSignal): Promise<Pushing<AppError>> {
  const orders: PushedOrder[] = []
  const fault = await follow(pushResults(deps, signal), ({ order }) => orders.push(order))
  return { orders, fault }
}

/** Prints on stderr the results that the shop did not take, beside the others. @returns the exit code of the push */
export function tellPushed({ orders, fault }: Pushing, context: Context): ExitCode {
  const { terminal, errorScreen } = context
  const code = pushExit(orders)
  if (code !== EXIT.done || (fault !== null && orders.length > 0))
    terminal.err(`${pushText(orders, false, errorScreen)}\n`)
  if (fault === null) return code
  tellPushFault(fault, context)
  return highest(code, EXIT.stopped)
}

/** Prints on stderr the fault that ended a push early. */
export function tellPushFault(fault: PushFault, { terminal, errorScreen, config, format }: Context): void {
  if (format === 'json') terminal.err(jsonLine(pushFaultJson(fault, config.lang)))
  else terminal.err(`${pushFaultText(fault, errorScreen)}\n`)
}

/** The loggable part of a pushed order. The error text is left out: it is Paygent's and may contain anything. */
export const loggablePush = ({ orderId, fate, kind, code }: PushedOrder) => ({ orderId, fate, kind, code })
