// エラーの文: a batch that was not begun. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const BATCH_JA = {
  'answered-no': {
    message: '実行を取りやめました。',
    next: '実行する場合は、もう一度コマンドを入力して確認に y と答えてください。',
  },
  'count-mismatch': {
    message: '入力された件数[「{typed}」]が計画の件数[（{#count}件）]と違います。',
    next: '計画を確認し、もう一度実行してください。',
  },
  'number-mismatch': {
    message: '入力された番号[「{typed}」]が受注番号[（{order}）]と違います。',
    next: '受注番号を確かめ、もう一度実行してください。',
  },
  'deleted-unconfirmed': {
    message: '受注番号：{order} は EC-CUBE で削除されているため、受注番号の入力による確認が必要です。',
    next: '対話画面で paygent cancel {order} --include-cancelled を実行してください。',
  },
  'too-many-orders': {
    message: '件数が上限を超えています[：{#count}件（上限 {#limit}件）]。',
    next: '対象を絞り込むか、--max-orders を見直してください。',
  },
  'too-much-money': {
    message: '合計金額が上限を超えています[：{#yen}円（上限 {#limit}円）]。',
    next: '対象を絞り込むか、--max-amount を見直してください。',
  },
  'past-until': {
    message: '締め切りの時刻[ {until} ]を過ぎています。',
    next: '翌日に実行するか、--until を見直してください。',
  },
  interrupted: {
    message: '中断しました。',
    next: '実行する場合は、もう一度コマンドを入力してください。',
  },
  'clock-behind-journal': {
    message: 'このコンピューターの時計が送信記録より遅れています[（記録 {journal}、現在 {now}）]。',
    next: '時計が遅れている場合は合わせてください。以前に時計が進んでいて、いまは正しい場合は paygent reconcile --audit --yes で全件照合してください。',
  },
  'clocks-apart': {
    message: 'このコンピューターが途中でスリープしたか、時計が変わりました。',
    next: 'もう一度実行してください。金額と状況は照会し直します。',
  },
  'another-run': {
    message: 'ほかの実行[（{command}）]が動いています[：{user}@{host}][、開始 {since}][、{done}/{total}件]。',
    next: '終わるのを待ってから、もう一度実行してください。.lock ファイルは削除しないでください。',
  },
  'lock-lost': {
    message: '実行中に、手元データのロックがほかの処理に移りました[：{path}]。',
    next: 'ほかの処理がすべて終わってから、paygent reconcile で結果を照会してください。.lock ファイルは削除しないでください。',
  },
} as const satisfies Record<string, ErrorTemplate>
