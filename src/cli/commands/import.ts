// `paygent import`: orders from a CSV file into the mirror, all or nothing.
import {
  METHOD_VALUES,
  methodForm,
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
import { jsonText } from '../../ui/json.js'
import type { Cli } from '../cli.js'
import { type CommonOptions, openContext, refuseCsv } from '../context.js'
import { readInput } from '../files.js'
import { waitingOf } from '../list-rules.js'
import { withLock } from '../lock.js'

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
  const parsed = parseOrdersCsv(readInput(file), { path: file, methodNames, statusNames })
  const mirror = context.openMirror('create')
  try {
    const result = withLock(mirror, 'import', () => {
      // A new mirror is entered before its first orders: without a place for its state it could never send them.
      if (mirror.state.check() === 'new') mirror.state.record()
      return mirror.importOrders(parsed, context.clock.nowMs())
    })
    const { importJson, importText } = await import('../../ui/import-result.js')
    const { terminal, screen, format } = context
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
    const isLoud = heldBack || view.warnings.rounded.length > 0
    if (format === 'json') terminal.out(jsonText(importJson(view)))
    else if (!options.quiet || isLoud) terminal.out(`${importText(view, screen)}\n`)
    return heldBack ? EXIT.someRejected : EXIT.done
  } finally {
    mirror.close()
  }
}

/** Orders of the file whose payment nobody has told yet; Paygent is asked for it by their trading id. */
function withoutPayment(rows: readonly ImportRow[], { orders }: Mirror): number {
  const untold = rows.filter(({ paymentId }) => paymentId === null).map(({ orderId }) => orderId)
  return orders.find(untold).filter(({ paymentId }) => paymentId === null).length
}

/** Payments that an order of the file shares with another order, of the file or not: neither of them is sent. */
function sharedPaymentsOf(rows: readonly ImportRow[], { orders }: Mirror): SharedPayment[] {
  const shared = orders.sharedPayments()
  if (shared.length === 0) return []
  const imported = new Set(rows.map(({ orderId }) => orderId))
  return shared.filter(({ orderIds }) => orderIds.some((orderId) => imported.has(orderId)))
}

/** The methods of the lines that were skipped, without those of orders that are in conflict for it. */
function skippedOf({ others }: ParsedCsv, { conflicts }: ImportResult, set: MethodNames) {
  const told = new Set<string | null>(conflicts.map(({ orderId }) => orderId))
  const skipped = skippedMethods(others.filter(({ orderId }) => orderId === null || !told.has(orderId)))
  return { skippedMethods: skipped, methodsSetting: methodsSetting(skipped, set) }
}

/** The settings' names and those of this command, which win. */
function together(set: MethodNames, named: MethodNames): MethodNames {
  const forms = new Set([...named.keys()].map(methodForm))
  return new Map([...[...set].filter(([name]) => !forms.has(methodForm(name))), ...named])
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
