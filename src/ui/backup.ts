// Shows the path and the contents of a backup that was made and checked.
import { grouped } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { type Screen, bothLanguages } from './screen.js'

export interface BackupView {
  readonly path: string
  readonly orders: number
  readonly entries: number
}

const JA = ({ path, orders, entries }: BackupView) =>
  `控えを取り、確認しました：${safe(path)}（受注 ${grouped(orders)}件、監査記録 ${grouped(entries)}件）`

const EN: typeof JA = ({ path, orders, entries }) =>
  `Backup made and checked: ${safe(path)} (${grouped(orders)} orders, ${grouped(entries)} entries of the audit trail)`

const TEXTS = bothLanguages(JA, EN)

export const backupText = (view: BackupView, screen: Screen): string => fitText(TEXTS[screen.lang](view), screen)
