// エラーの文: files and the mirror. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const FILES_JA = {
  'file-unreadable': {
    message: 'ファイルを読めません：{path}[（{problem}）][（設定：{setting}）]',
    next: 'パスと読み取り権限を確認してください。',
  },
  'file-too-open': {
    message: '秘密の入ったファイルをほかの人も読めます：{path}',
    next: 'chmod 600 {path} を実行してください。',
  },
  'file-exists': {
    message: 'ファイルがすでにあります：{path}。上書きしていません。',
    next: '別の名前を指定するか、古いファイルを移動してください。',
  },
  'port-in-use': {
    message: 'ポート[ {port} ]はほかのプログラムが使っています。シミュレーターは起動していません。',
    next: '--port で別の番号を指定してください。',
  },
  'mirror-missing': {
    message: '受注データ（ミラー）がありません：{path}[（{problem}）]',
    next: 'paygent import <CSV> または paygent pull で作成してください。別の場所にある場合は --db か PAYGENT_DB で指定します。',
  },
  'mirror-not-ours': {
    message: 'このファイルは paygent のミラーではありません：{path}[（{problem}）]',
    next: '--db または PAYGENT_DB の指定を確認してください。',
  },
  'mirror-newer': {
    message: 'ミラーは新しい版の paygent で作られています：{path}[（ミラーの版 {found}、このプログラムの版 {known}）]',
    next: 'paygent を新しい版に更新してください。',
  },
  'mirror-unusable': {
    message: 'ミラーを使えません：{path}[（{problem}）]',
    next: 'ディスクと権限を確認してください。',
  },
  'mirror-damaged': {
    message: '手元データが壊れています：{path}[（{problem}）]',
    next: 'paygent backup で取ったバックアップから戻し、paygent reconcile --audit --yes で全件照合してください。',
  },
  'mirror-on-network': {
    message:
      'ミラーがネットワーク上のディスクにあります：{path}[（{problem}）]。二重送信を防ぐロックが働かないため使えません。',
    next: 'このコンピューターのディスクに移し、--db または PAYGENT_DB で指定してください。',
  },
  'mirror-busy': {
    message: 'ほかのプログラムが手元データに書き込んでいるため、記録できません[：{path}]。',
    next: 'データベースツールなどを閉じ、paygent reconcile で照合してから続けてください。',
  },
  'mirror-full': {
    message: 'ディスクがいっぱいで記録できません[：{path}][（{problem}）]。',
    next: '空きを作り、paygent reconcile を実行してから続けてください。',
  },
  'mirror-of-another-environment': {
    message: 'このミラーは別の環境のものです：{path}[（ミラー：{found}、設定：{wanted}）][ {problem}]',
    next: 'PAYGENT_ENVIRONMENT か PAYGENT_DB を合わせてください。',
  },
  'mirror-of-another-merchant': {
    message: 'このミラーは別のマーチャントのものです：{path}[（ミラー：{found}、設定：{wanted}）][ {problem}]',
    next: 'PAYGENT_MERCHANT_ID か PAYGENT_DB を合わせてください。',
  },
  'ledger-unusable': {
    message: 'シミュレーターの台帳を使えません：{path}[（{problem}）]',
    next: '別のファイルを --state で指定するか、このファイルを移動してください（次に起動するときに新しく作られます）。',
  },
  'csv-bad': {
    message: 'CSVを取り込めません：{path}{*lines}\n何も取り込んでいません。',
    next: '上の点を直して、もう一度取り込んでください。',
  },
  'encoding-impossible': {
    message:
      '文字[「{character}」][（{codePoint}）]は Windows-31J で送れません[（項目：{field}）]。この要求は送信していません。',
    next: 'その文字を Windows-31J にある文字に直してください。',
  },
} as const satisfies Record<string, ErrorTemplate>
