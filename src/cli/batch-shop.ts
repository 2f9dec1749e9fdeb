// What a batch does with the shop's own database: its orders first, its results last.
import type { PushedOrder } from '../attempts/shop-push.js'
import { japanIso } from '../clock.js'
import { EXIT, type ExitCode } from '../errors.js'
import { listTime } from '../text/numbers.js'
import { fitText } from '../text/width.js'
import { PULL_TEXTS, pullTrouble } from '../ui/pull.js'
import type { BatchSetting } from './batch-setting.js'
import { followPull, followPush, tellPushed } from './shop-desk.js'

/** Orders older than this may have changed in the shop meanwhile. */
const OLD_MS = 24 * 60 * 60 * 1_000

/** The newest orders of the shop, unless `--no-pull` said otherwise. A conflict that it finds is worth 3. */
export async function pullBefore(setting: BatchSetting): Promise<ExitCode> {
  const { desk, context, mirror, wishes } = setting
  if (desk === null || !wishes.pull) {
    tellAge(setting)
    return EXIT.done
  }
  const report = await followPull({ desk, lock: mirror.lock, clock: context.clock }, context)
  for (const part of pullTrouble(report, context.errorScreen)) context.terminal.err(`${part}\n`)
  return report.conflicts.length > 0 ? EXIT.someRejected : EXIT.done
}

/** Says so before anything is planned with orders of yesterday. */
export function tellAge({ context, mirror }: BatchSetting): void {
  const importedMs = mirror.importedMs()
  const { clock, config, errorScreen, terminal } = context
  if (importedMs === null || clock.nowMs() - importedMs <= OLD_MS) return
  const line = PULL_TEXTS[config.lang].old(listTime(japanIso(importedMs)))
  terminal.err(`${fitText(line, errorScreen)}\n`)
}

/**
 * What became of the orders, unless `--no-push` said otherwise. The results stand in the mirror whatever comes of it.
 * @param early what the shop was told of while the batch was going on
 */
export async function pushAfter(setting: BatchSetting, early: readonly PushedOrder[]): Promise<ExitCode> {
  const { desk, context, mirror, wishes } = setting
  if (desk === null || !wishes.push) return EXIT.done
  const { orders, fault } = await followPush({ desk, lock: mirror.lock, clock: context.clock }, NEVER)
  return tellPushed({ orders: [...early, ...orders], fault }, context)
}

/** Ctrl-C ends the sending; what was sent is told to the shop all the same. */
const NEVER = new AbortController().signal
