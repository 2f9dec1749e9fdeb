// エラーの文: the way to Paygent. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

/** Where the gateway's faults are told apart. */
const FAULT = '[（{code}）][ 詳細：{detail}][ 段階：{phase}][ 原因：{problem}]'

export const GATEWAY_JA = {
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
  'payment-unanswered': {
    message: '受注番号：{order} の決済について、ペイジェントから回答がありません[（{code}）]。何も登録していません。',
    next: '時間をおいて、もう一度 paygent settle {order} を実行してください。',
  },
  'open-unanswered': {
    message: '受注番号：{order} は結果不明のままで、ペイジェントから回答がありません[（{code}）]。',
    next: '時間をおいて paygent reconcile を実行し、結果を照会してから続けてください。',
  },
} as const satisfies Record<string, ErrorTemplate>
