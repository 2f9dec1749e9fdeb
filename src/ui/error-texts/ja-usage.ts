// エラーの文: wrong usage and settings. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const USAGE_JA = {
  'bad-option': {
    message: 'オプション[ {name} ]が正しくありません。[{problem}。][もしかして：{suggestion}]',
    next: 'paygent help で使い方を確認してください。',
  },
  'unknown-command': {
    message: 'コマンド {name} はありません。[もしかして：{suggestion}]',
    next: 'paygent help でコマンドの一覧を確認してください。',
  },
  'bad-value': {
    message: '[{name} の値][{field} の値][「{value}」]が正しくありません。[（{bytes}バイト、上限 {limit}バイト）]',
    next: '[{expected} を指定してください。]paygent help で使い方を確認できます。',
  },
  'options-contradict': {
    message: '同時に指定できないオプションがあります[：{options}][：{first} と {second}]。',
    next: 'どちらか一方だけを指定してください。',
  },
  'no-orders-named': {
    message: '処理する受注が指定されていません。',
    next: '--orders 852,853 のように受注番号を指定するか、--all を指定してください。',
  },
  'unknown-orders': {
    message: '次の受注番号は見つかりません：{orders}[、ほか {#more}件]',
    next: 'paygent orders で受注番号を確認してください。新しい受注は paygent import または paygent pull で取り込みます。',
  },
  'filter-needed': {
    message: '--all で取消する場合は、絞り込みが必要です。',
    next: '--from、--to、--method、--search のどれかを指定してください。',
  },
  'no-terminal': {
    message: '端末がないため、実行の確認ができません。',
    next: '確認なしで実行するには --yes を付けてください。まず --dry-run で内容を確認できます。',
  },
  'limits-needed': {
    message: '本番で確認の上限を超えています[：{#count}件][、{#yen}円]。',
    next: '端末なしで実行するには --max-orders と --max-amount を両方指定してください。',
  },
  'env-file-missing': {
    message: '設定ファイルがありません：{path}[（{problem}）]',
    next: '--settings のパスを確認してください。ひな形は .env.example です。',
  },
  'setting-invalid': {
    message: '設定 {name} の値[「{value}」]が正しくありません。[{problem}][（指定できる値：{expected}）]',
    next: '.env.example の説明を見て {name} を直してください。',
  },
  'setting-missing': {
    message: '必要な設定がありません[：{name}][：{names}]。',
    next: '環境変数または .env に設定してください。説明は .env.example にあります。',
  },
  'setting-needed-without-terminal': {
    message: '端末なしで実行するには設定 {name} が必要です。',
    next: '環境変数、.env または --settings で {name} を設定してください。',
  },
  'endpoint-not-allowed': {
    message: 'PAYGENT_ENDPOINT[「{value}」][「{endpoint}」]は使えません[（環境：{environment}）]。[{problem}]',
    next: 'PAYGENT_ENDPOINT はシミュレーター専用で、このコンピューター内（127.0.0.1）のURLだけを指定できます。',
  },
  'tls-check-disabled': {
    message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 が設定されていて、接続先を確認できません。',
    next: 'この環境変数を外してから実行してください。',
  },
  'installation-broken': {
    message: 'プログラムの部品を読み込めません[：{name}][（{problem}、Node.js {node}、{here}）]。',
    next: 'paygent を入れ直してください（npm install -g ./paygent-*.tgz、ソースからの場合は npm ci）。',
  },
  'tls-keys-logged': {
    message: 'Node.js のオプション --tls-keylog が設定されていて、通信の鍵がファイルに書き出されます。',
    next: 'NODE_OPTIONS から --tls-keylog を外してから実行してください。',
  },
  'log-misplaced': {
    message: 'PAYGENT_LOG に、ログ以外に使うファイルが指定されています：{path}',
    next: 'PAYGENT_LOG に別のファイルを指定してください。',
  },
  'log-unusable': {
    message: 'ログのファイルを開けません：{path}[（{problem}）]',
    next: 'PAYGENT_LOG の指定と、フォルダーの書き込み権限を確認してください。',
  },
  'log-unwritable': {
    message: 'ログに書き込めません：{path}[（{problem}）]。',
    next: '処理は続けます。ディスクの空きを確認してください。',
  },
  'too-many-named': {
    message: '--orders で指定された受注が多すぎます（一度に {#limit}件まで）。',
    next: '何回かに分けるか、--all と絞り込みを使ってください。',
  },
  'total-from-shop': {
    message: 'EC-CUBE のデータベースが設定されているため、合計はここでは変更できません。',
    next: 'EC-CUBE の受注管理で金額を変更してください。',
  },
  'unknown-run': {
    message: '実行 {id} はありません。',
    next: 'paygent runs で番号を確認してください。',
  },
} as const satisfies Record<string, ErrorTemplate>
