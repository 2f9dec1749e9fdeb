// `paygent import`: reads orders from a CSV file into the mirror, all or nothing.
import {
  METHOD_VALUES,
  type MethodNames,
  methodsSetting,
  readMethodName,
  skippedMethods,
} from '../../domain/method-names.js'
import type { ImportRow, SharedPayment } from '../../domain/shop.js'
import { AppError, EXIT } from '../../errors.js'
import type { ParsedCsv } from '../../mirror/csv/csv.js'
import type { ImportResult } from '../../mirror/intake/import.js'
import type { Mirror } from '../../mirror/open.js'
import { comparedName } from '../../text/names.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'
import { Counting } from '../counting.js'
import { readInput } from '../files.js'
import { recordNewMirror, waitingOf, withLock, withMirror } from '../mirror.js'
import { printResult } from '../output.js'

interface ImportOptions extends CommonOptions {
  readonly methodName: readonly string[]
  readonly statusName: readonly string[]
}

export async function runImport(options: ImportOptions, cli: Cli, file: string): Promise<number> {
  refuseCsv(options)
  const named = methodNamesOf(options.methodName)
  const statusNames = statusNamesOf(options.statusName)
  const context = await openContext(options, cli.terminal, cli.version)
  const methodNames = together(context.config.methods, named)
  const { parseOrdersCsv } = await import('../../mirror/csv/csv.js')
  const counting = new Counting(context)
  const parsed = counting.during('reading', (heard) =>
    parseOrdersCsv(readInput(file), { path: file, methodNames, statusNames, heard }),
  )
  return withMirror(context, 'create', async (mirror) => {
    const result = withLock(mirror, 'import', () => {
      recordNewMirror(mirror)
      return counting.during('import', (heard) => mirror.importOrders(parsed, context.clock.nowMs(), heard))
    })
    const { importJson, importText } = await import('../../ui/import-result.js')
    const sharedPayments = sharedPaymentsOf(parsed.rows, mirror)
    const { rows } = parsed
    const view = {
      ...result,
      ...skippedOf(parsed, result, context.config.methods),
      withoutPayment: withoutPayment(rows, mirror),
      withoutStatus: rows.length > 0 && rows.every(({ orderStatus }) => orderStatus === undefined),
      waitingStatuses: waitingOf(mirror, context.config, context.clock.nowMs()),
      sharedPayments,
      warnings: parsed.warnings,
      isEmpty: rows.length === 0,
    }
    const heldBack = result.conflicts.length > 0 || sharedPayments.length > 0 || view.isEmpty
    await printResult(context, {
      text: () => importText(view, context.screen),
      json: () => importJson(view),
      good: !heldBack && view.warnings.rounded.length === 0,
    })
    return heldBack ? EXIT.someRejected : EXIT.done
  })
}

/** Orders of the file without a payment id; Paygent is asked for it by their trading id. */
function withoutPayment(rows: readonly ImportRow[], { orders }: Mirror): number {
  const unknownCount = rows.filter(({ paymentId }) => paymentId === null).map(({ orderId }) => orderId)
  return orders.find(unknownCount).filter(({ paymentId }) => paymentId === null).length
}

/** Payments that an order of the file shares with another order, of the file or not: neither of them is sent. */
function sharedPaymentsOf(rows: readonly ImportRow[], { orders }: Mirror): SharedPayment[] {
  const shared = orders.sharedPayments()
  if (shared.length === 0) return []
  const imported = new Set(rows.map(({ orderId }) => orderId))
  return shared.filter(({ orderIds }) => orderIds.some((orderId) => imported.has(orderId)))
}

/** The payment methods of the skipped lines, without those of orders whose method is in conflict. */
function skippedOf({ others }: ParsedCsv, { conflicts }: ImportResult, set: MethodNames) {
  const listed = new Set<string | null>(conflicts.map(({ orderId }) => orderId))
  const skipped = skippedMethods(others.filter(({ orderId }) => orderId === null || !listed.has(orderId)))
  return { skippedMethods: skipped, methodsSetting: methodsSetting(skipped, set) }
}

/** Merges the method names of the settings with those of this command, which take precedence. */
function together(set: MethodNames, named: MethodNames): MethodNames {
  const forms = new Set([...named.keys()].map(comparedName))
  return new Map([...[...set].filter(([name]) => !forms.has(comparedName(name))), ...named])
}

function methodNamesOf(values: readonly string[]): MethodNames {
  const pairs = values.map((value) => {
    const pair = readMethodName(value)
    if (pair !== null) return pair
    throw new AppError('bad-value', { name: '--method-name', value, expected: `NAME=${METHOD_VALUES.join('|')}` })
  })
  return new Map(pairs)
}

function statusNamesOf(values: readonly string[]): Map<string, string> {
  const names = new Map<string, string>()
  for (const value of values) {
    const [, number, name = ''] = /^\s*0*(\d+)\s*=(.*)$/.exec(value.normalize('NFKC')) ?? []
    if (number === undefined || !/\p{Letter}/u.test(name)) {
      throw new AppError('bad-value', { name: '--status-name', value, expected: 'NUMBER=NAME' })
    }
    names.set(number, name.trim())
  }
  return names
}
