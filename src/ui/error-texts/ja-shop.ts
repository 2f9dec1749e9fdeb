// エラーの文: the shop's own database. See error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const SHOP_JA = {
  'shop-missing': {
    message: 'ショップのデータベースが設定されていません。',
    next: 'PAYGENT_SHOP_DATABASE に mysql://… または postgres://… を設定してください（docs/shop-database.md）。CSV を使う場合は paygent import です。',
  },
  'shop-address': {
    message: 'PAYGENT_SHOP_DATABASE の書き方に誤りがあります[：{problem}]。',
    next: 'mysql://利用者:パスワード@ホスト:3306/データベース の形で設定してください。記号は %40 のように書きます。使えるのは ?socket= ?ca= ?tls= です。TLS にはホスト名が要ります（アドレスは不可）。',
  },
  'shop-login-refused': {
    message: 'ショップのデータベースにログインできません[：{place}][（{problem}）]。',
    next: 'PAYGENT_SHOP_DATABASE の利用者名、パスワード、データベース名を確認してください。',
  },
  'shop-rights': {
    message: 'ショップのデータベースの利用者に権限が足りません[：{place}][（{problem}）]。',
    next: 'docs/shop-database.md の GRANT 文を実行し、paygent doctor で確認してください。',
  },
  'shop-not-verified': {
    message: 'ショップのデータベースの証明書を確認できません[：{place}][（{problem}）]。接続していません。',
    next: '?ca= に正しい CA 証明書を指定してください。暗号化なしでよい回線の場合だけ ?tls=off を付けます。',
  },
  'shop-not-eccube': {
    message: 'EC-CUBE のペイジェント決済の列が見当たりません[：{place}]。',
    next: 'データベース名が正しいか、利用者に docs/shop-database.md の権限があるかを確認してください。',
  },
  'shop-eccube3': {
    message: 'EC-CUBE 3 のデータベース（dtb_mdl_order_payment）には対応していません[：{place}]。',
    next: 'EC-CUBE の管理画面で受注 CSV をダウンロードし、paygent import で取り込んでください。',
  },
  'shop-columns-missing': {
    message: 'ショップのデータベースで読めない列があります[：{names}][（{place}）]。',
    next: 'docs/shop-database.md の GRANT 文を実行してください。列がない場合は、モジュールの版を管理者に確認してください。',
  },
  'shop-pooler': {
    message:
      '接続プーラー[（{pooler}）]がトランザクションごとに接続を使い回すため、EC-CUBE のデータベースのロックを保持できません[：{place}]。',
    next: 'PAYGENT_SHOP_DATABASE にデータベース本体のポートを指定するか、このユーザーを pool_mode = session にしてください。',
  },
  'shop-read-only': {
    message: 'EC-CUBE のデータベースが書き込みを受け付けません（待機サーバーか read_only）[：{place}]。',
    next: 'PAYGENT_SHOP_DATABASE にプライマリーのデータベースを指定してください。',
  },
  'shop-lock-lost': {
    message: 'EC-CUBE のデータベースのロックを失いました。',
    next: 'もう一度実行してください。続く場合は、接続を切っていないかデータベースの管理者に確認してください。',
  },
  'shop-unreachable': {
    message: 'ショップのデータベースに接続できません[：{place}][（{problem}）]。',
    next: 'データベースとネットワークを確認し、もう一度実行してください。',
  },
  'shop-failed': {
    message: 'ショップのデータベースでエラーが起きました[：{place}][（{problem}）]。',
    next: 'コードを添えてデータベースの管理者に連絡してください。paygent の記録はそのままです。',
  },
  'another-desk': {
    message: 'ほかの端末[（{machine}）]が同じショップの受注を送信しています。',
    next: '終わるのを待ってから、もう一度実行してください。',
  },
} as const satisfies Record<string, ErrorTemplate>
