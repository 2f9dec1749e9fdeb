// `paygent doctor`: its options. What it does is cli/doctor.ts. Page 3.1.
import type { Cli } from '../cli.js'
import type { CommonOptions } from '../context.js'

export function addDoctor(cli: Cli): void {
  cli.action<CommonOptions>(cli.command('doctor', 'doctor'), async (options) => {
    const { runDoctor } = await import('../doctor.js')
    return runDoctor(options, cli.terminal)
  })
}
