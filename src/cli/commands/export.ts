// `paygent export`: the mirror's orders as the CSV that `import` takes. Page 3.4.
import { EXIT } from '../../errors.js'
import { openContext, type CommonOptions } from '../context.js'
import { writeExactCsv } from '../output.js'
import type { Cli } from '../cli.js'

export function addExport(cli: Cli): void {
  cli.action<CommonOptions>(cli.command('export', 'export'), async (options) => {
    const context = await openContext(options, cli.terminal, cli.version)
    const mirror = context.openMirror('read')
    try {
      const { ordersToCsv } = await import('../../mirror/csv-export.js')
      await writeExactCsv(ordersToCsv(mirror.orders.list({})), context)
    } finally {
      mirror.close()
    }
    return EXIT.done
  })
}
