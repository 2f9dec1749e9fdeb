// `paygent import`: orders from a CSV file into the mirror, all or nothing. Page 3.4.
import { AppError, EXIT } from '../../errors.js'
import { openContext, refuseCsv, type CommonOptions } from '../context.js'
import type { Cli } from '../cli.js'
import { readInput } from '../files.js'
import { withLock } from '../lock.js'
import { jsonText } from '../../ui/json.js'

interface ImportOptions extends CommonOptions {
  readonly methodName: readonly string[]
}

const gather = (value: string, before: readonly string[]): string[] => [...before, value]

export function addImport(cli: Cli): void {
  const command = cli
    .command('import', 'import')
    .argument('<file>', cli.text('file'))
    .option('--method-name <name=method>', cli.text('methodName'), gather, [])
  cli.action<ImportOptions>(command, (options, file = '') => importFile(file, options, cli))
}

async function importFile(file: string, options: ImportOptions, cli: Cli): Promise<number> {
  refuseCsv(options)
  const methodNames = methodNamesOf(options.methodName)
  const context = await openContext(options, cli.terminal, cli.version)
  const { parseOrdersCsv } = await import('../../mirror/csv.js')
  const parsed = parseOrdersCsv(readInput(file), { path: file, methodNames })
  const mirror = context.openMirror('create')
  try {
    const result = withLock(mirror, 'import', () => {
      // A new mirror is entered before its first orders: without a place for its state it could never send them.
      if (mirror.state.check() === 'new') mirror.state.record()
      return mirror.importOrders(parsed, context.clock.nowMs())
    })
    const { importJson, importText } = await import('../../ui/import-result.js')
    const { terminal, screen, format } = context
    if (format === 'json') terminal.out(jsonText(importJson(result)))
    else if (!options.quiet || result.conflicts.length > 0) terminal.out(`${importText(result, screen)}\n`)
    return result.conflicts.length > 0 ? EXIT.someRejected : EXIT.done
  } finally {
    mirror.close()
  }
}

function methodNamesOf(values: readonly string[]): Map<string, 'credit' | 'carrier'> {
  const names = new Map<string, 'credit' | 'carrier'>()
  for (const value of values) {
    const at = value.lastIndexOf('=')
    const method = value.slice(at + 1)
    if (at < 1 || (method !== 'credit' && method !== 'carrier')) {
      throw new AppError('bad-value', { name: '--method-name', value, expected: 'NAME=credit | NAME=carrier' })
    }
    names.set(value.slice(0, at), method)
  }
  return names
}
