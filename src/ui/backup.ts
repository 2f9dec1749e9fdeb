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
  `バックアップを作成し、検査しました：${safe(path)}（受注 ${grouped(orders)}件、監査ログ ${grouped(entries)}件）`

const EN: typeof JA = ({ path, orders, entries }) =>
  `Backup made and checked: ${safe(path)} (${grouped(orders)} ${orders === 1 ? 'order' : 'orders'}, ${grouped(entries)} ${entries === 1 ? 'entry' : 'entries'} of the audit log)`

const TEXTS = bothLanguages(JA, EN)

export const backupText = (view: BackupView, screen: Screen): string => fitText(TEXTS[screen.lang](view), screen)
