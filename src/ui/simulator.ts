// Prints the settings for a client when `paygent simulator` listens, ready for an .env file.
import { type Lang, bothLanguages } from './screen.js'

export interface SimulatorFacts {
  readonly url: string
  readonly ca: string
  readonly clientCert: string
  readonly passphrase: string
  readonly merchantId: string
  readonly connectId: string
  readonly connectPassword: string
}

const JA = {
  running: 'シミュレーターを起動しました。Ctrl-C で終了します。',
  settings: '接続するには次の設定を使います：',
}

const EN: typeof JA = {
  running: 'The simulator is running. Ctrl-C ends it.',
  settings: 'To connect, use these settings:',
}

const TEXTS = bothLanguages(JA, EN)

export function simulatorText(facts: SimulatorFacts, lang: Lang): string {
  const { running, settings } = TEXTS[lang]
  return [
    `${running} ${facts.url}`,
    settings,
    '  PAYGENT_ENVIRONMENT=simulator',
    `  PAYGENT_ENDPOINT=${facts.url}`,
    `  PAYGENT_MERCHANT_ID=${facts.merchantId}`,
    `  PAYGENT_CONNECT_ID=${facts.connectId}`,
    `  PAYGENT_CONNECT_PASSWORD=${facts.connectPassword}`,
    `  PAYGENT_CLIENT_CERT=${facts.clientCert}`,
    `  PAYGENT_CLIENT_CERT_PASSPHRASE=${facts.passphrase}`,
    `  PAYGENT_CA_CERT=${facts.ca}`,
  ].join('\n')
}
