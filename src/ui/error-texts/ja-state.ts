// エラーの文: a mirror put back or copied, and where this machine notes how far each had come. See error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const STATE_JA = {
  'mirror-behind': {
    message:
      'このミラーは、このコンピューターで最後に使われた状態より古いか、別に進んだコピーです[：{path}]。控えから戻したか、コピーしたものと思われます。送信済みの要求が抜けているおそれがあります。',
    next: 'paygent reconcile --audit --yes を実行してペイジェントと突き合わせてください。最新のミラーが別にある場合は --db か PAYGENT_DB で指定します。',
  },
  'mirror-unknown': {
    message:
      'このミラーはこのコンピューターのこの利用者では使われたことがありません[：{path}]。移動またはコピーされたか、OSのほかの利用者のものです。',
    next: 'paygent reconcile --audit --yes を実行してペイジェントと突き合わせてください（一度だけ）。担当者とcronの利用者が違う場合は、PAYGENT_STATE_DIR に共有のフォルダーを指定してください。',
  },
  'mirror-unrecorded': {
    message:
      'この手元データの最後の処理は、使用記録に残っていません[：{path}]。使用記録を書き込めなかったか、処理の途中で取ったバックアップです。送信済みの要求が抜けているおそれがあります。',
    next: 'paygent reconcile --audit --yes で全件照合してください。',
  },
  'state-unrecorded': {
    message: '使用記録を書き込めませんでした[：{file}][（{problem}）]。',
    next: 'フォルダーの権限と空きを確認し、次の送信の前に paygent reconcile --audit --yes で全件照合してください。',
  },
  'result-unwritable': {
    message: '結果を出力できませんでした[（{problem}）]。[{reader}]',
    next: '[{place}]結果は[記録済みで、paygent runs show {run} で]もう一度表示できます。',
  },
  'state-unusable': {
    message: 'ミラーの控え（どこまで進んだかの記録）を読み書きできません[：{path}][（{problem}）]。',
    next: 'フォルダーの権限と空きを確認するか、PAYGENT_STATE_DIR で別のフォルダーを指定してください。壊れている場合はこのファイルを移し、paygent reconcile --audit --yes を実行します。',
  },
  'file-unwritable': {
    message: 'ファイルを作成できません：{path}[（{problem}）]',
    next: 'フォルダーがあるか、書き込み権限があるかを確認してください。',
  },
  'backup-on-network': {
    message: '控えの保存先がネットワーク上のディスクです：{path}[（{problem}）]。控えは作成していません。',
    next: 'このコンピューターのディスクに控えを取り、できあがったファイルをコピーしてください。',
  },
  'backup-failed': {
    message: '控えを作成できませんでした：{path}[（{problem}）]。途中のファイルは残していません。',
    next: 'ディスクの空きを確認し、paygent doctor でミラーを調べてから、もう一度実行してください。',
  },
} as const satisfies Record<string, ErrorTemplate>
