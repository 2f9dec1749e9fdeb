// エラーの文と次の手順。Whoever throws an AppError finds here which params its text mentions.
//
// `{name}`   the param; a list is joined with 、
// `{*name}`  a list, one line each
// `{#name}`  a number, grouped: 1,733
// `[...]`    left out unless all params in it are there, not '' and not an empty list
//
// | code | params (all optional in type; those without brackets below should be given) |
// |---|---|
// | bad-option | name, suggestion, problem: unknown, no-value, missing, excess |
// | unknown-command | name, suggestion |
// | bad-value | name or field, value, expected, bytes + limit |
// | options-contradict | first + second, or options: string[] |
// | unknown-orders | orders: string[] |
// | limits-needed | count, yen |
// | env-file-missing | path, problem |
// | file-too-open, file-exists | path |
// | setting-invalid | name, value, problem, expected (no value for a secret) |
// | setting-missing | name or names: string[] |
// | setting-needed-without-terminal | name |
// | endpoint-not-allowed | value or endpoint, environment, problem |
// | file-unreadable | path, problem, setting |
// | port-in-use | port |
// | mirror-missing, mirror-on-network, mirror-full | path, problem |
// | mirror-not-ours, mirror-unusable | path, problem |
// | mirror-newer | path, found, known |
// | mirror-of-another-environment, mirror-of-another-merchant | path, found (the mirror's), wanted (the settings'), problem |
// | csv-bad | path, lines: string[] |
// | encoding-impossible | character, codePoint, field |
// | certificate-unusable | what: ca, client-certificate, client-key; problem |
// | passphrase-wrong | path, problem: missing, wrong |
// | server-not-verified, client-certificate-refused, login-refused, gateway-* | code, detail, phase, problem |
// | count-mismatch | typed, count |
// | too-many-orders | count, limit |
// | too-much-money | yen, limit |
// | past-until | until |
// | clock-behind-journal | journal, now |
// | another-run | host, user, since, done, total |
import type { ErrorCode } from '../errors.js'
import type { ErrorTemplate } from './error-template.js'

/** Where the gateway's faults are told apart. */
const FAULT = '[（{code}）][ 詳細：{detail}][ 段階：{phase}][ 原因：{problem}]'

export const ERRORS_JA = {
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
    message: '次の受注番号は見つかりません：{orders}',
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
    next: '--env-file のパスを確認してください。ひな形は .env.example です。',
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
    next: '環境変数、.env または --env-file で {name} を設定してください。',
  },
  'endpoint-not-allowed': {
    message: 'PAYGENT_ENDPOINT[「{value}」][「{endpoint}」]は使えません[（環境：{environment}）]。[{problem}]',
    next: 'PAYGENT_ENDPOINT はシミュレーター専用で、このコンピューター内（127.0.0.1）のURLだけを指定できます。',
  },
  'tls-check-disabled': {
    message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 が設定されていて、接続先を確認できません。',
    next: 'この環境変数を外してから実行してください。',
  },
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
    next: 'ディスクと権限を確認してください。壊れている場合は paygent backup で取った控えから戻し、paygent reconcile --audit を実行します。',
  },
  'mirror-on-network': {
    message:
      'ミラーがネットワーク上のディスクにあります：{path}[（{problem}）]。二重送信を防ぐロックが働かないため使えません。',
    next: 'このコンピューターのディスクに移し、--db または PAYGENT_DB で指定してください。',
  },
  'ledger-unusable': {
    message: 'シミュレーターの台帳を使えません：{path}[（{problem}）]',
    next: '別のファイルを --state で指定するか、このファイルを移動してください（次に起動するときに新しく作られます）。',
  },
  'csv-bad': {
    message: 'CSVに正しくない行があります：{path}{*lines}\n何も取り込んでいません。',
    next: '上の行を直して、もう一度取り込んでください。',
  },
  'encoding-impossible': {
    message:
      '文字[「{character}」][（{codePoint}）]は Windows-31J で送れません[（項目：{field}）]。この要求は送信していません。',
    next: 'その文字を Windows-31J にある文字に直してください。',
  },
  'unknown-run': {
    message: '実行 {id} はありません。',
    next: 'paygent runs で番号を確認してください。',
  },
  'total-from-shop': {
    message: 'EC-CUBE のデータベースが設定されているため、合計はここでは変更できません。',
    next: 'EC-CUBE の受注管理で金額を変更してください。',
  },
  'certificate-unusable': {
    message: '証明書を使えません[：{what}][（{problem}）]。',
    next: 'PAYGENT_CLIENT_CERT と PAYGENT_CA_CERT を確認してください。paygent doctor で期限も調べられます。',
  },
  'passphrase-wrong': {
    message: 'クライアント証明書のパスフレーズを確認できません[：{path}]。[{problem}。]',
    next: 'PAYGENT_CLIENT_CERT_PASSPHRASE を確認してください。',
  },
  'server-not-verified': {
    message: `接続先がペイジェントであることを確認できません。${FAULT}`,
    next: 'PAYGENT_CA_CERT と、途中のプロキシを確認してください。確認できるまで送信しないでください。',
  },
  'client-certificate-refused': {
    message: `クライアント証明書が受け付けられませんでした。${FAULT}`,
    next: '証明書の期限と、環境（試験・本番）に合った証明書かを確認してください。paygent doctor で調べられます。',
  },
  'login-refused': {
    message: `ペイジェントに接続を断られました。${FAULT}`,
    next: 'マーチャントID、接続ID、パスワード、接続元アドレスを確認してください。paygent doctor で調べられます。',
  },
  'gateway-closed': {
    message: `ペイジェントが停止中です（メンテナンスなど）。${FAULT}`,
    next: '再開後にもう一度実行してください。',
  },
  'gateway-unreachable': {
    message: `ペイジェントに接続できません。${FAULT}`,
    next: 'ネットワークとプロキシ（PAYGENT_PROXY）を確認し、もう一度実行してください。',
  },
  'gateway-not-understood': {
    message: `ペイジェントの応答を理解できません。${FAULT}`,
    next: '時間をおいてもう一度実行してください。続く場合はログを添えて管理者に連絡してください。',
  },
  'answered-no': {
    message: '実行を取りやめました。',
    next: '実行する場合は、もう一度コマンドを入力して確認に y と答えてください。',
  },
  'count-mismatch': {
    message: '入力された件数[「{typed}」]が計画の件数[（{#count}件）]と違います。',
    next: '計画を確認し、もう一度実行してください。',
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
    message: 'このコンピューターの時計が記録より遅れています[（記録 {journal}、現在 {now}）]。',
    next: '時計を合わせてから実行してください。',
  },
  'mirror-full': {
    message: 'ディスクがいっぱいで記録できません[：{path}][（{problem}）]。',
    next: '空きを作り、paygent reconcile を実行してから続けてください。',
  },
  'another-run': {
    message: 'ほかの実行が動いています[：{user}@{host}][、開始 {since}][、{done}/{total}件]。',
    next: '終わるのを待ってから、もう一度実行してください。',
  },
  'mirror-of-another-environment': {
    message: 'このミラーは別の環境のものです：{path}[（ミラー：{found}、設定：{wanted}）][ {problem}]',
    next: 'PAYGENT_ENVIRONMENT か PAYGENT_DB を合わせてください。移動や復元をした場合は paygent reconcile --audit --yes を実行します。',
  },
  'mirror-of-another-merchant': {
    message: 'このミラーは別のマーチャントのものです：{path}[（ミラー：{found}、設定：{wanted}）][ {problem}]',
    next: 'PAYGENT_MERCHANT_ID か PAYGENT_DB を合わせてください。',
  },
} as const satisfies Record<ErrorCode, ErrorTemplate>
