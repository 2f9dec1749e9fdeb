// Common input errors, with the exit code for each. The test makes the files that they name.
import type { Env } from './program.js'

export interface Case {
  readonly name: string
  readonly args: readonly string[]
  readonly env?: Env
  readonly exit: number
  /** The code of the error in `--format json`, where that is looked at, too. */
  readonly code?: string
  /** The names that both languages must mention. */
  readonly names?: readonly string[]
  /** Settings that are not there at all. */
  readonly unset?: readonly string[]
}

const SALE = ['bulk-sale', '--yes', '--orders', '1']

export const USAGE: readonly Case[] = [
  {
    name: 'unknown and malformed order numbers, all named',
    args: ['bulk-sale', '--yes', '--orders', '1,77,abc,２x'],
    exit: 2,
    code: 'unknown-orders',
    names: ['77', 'abc', '2x'],
  },
  { name: 'no order at all', args: ['bulk-sale', '--yes'], exit: 2, names: ['--orders'] },
  { name: 'an empty list', args: ['bulk-sale', '--yes', '--orders', ' , '], exit: 2, names: ['--orders'] },
  {
    name: 'nothing on stdin',
    args: ['bulk-sale', '--yes', '--orders', '-'],
    exit: 2,
    code: 'no-orders-named',
    names: ['--orders'],
  },
  { name: '--all with --orders', args: [...SALE, '--all'], exit: 2, names: ['--all', '--orders'] },
  { name: '--orders with a filter', args: [...SALE, '--method', 'au'], exit: 2, names: ['--orders', '--method'] },
  { name: 'bulk-cancel --all without a filter', args: ['bulk-cancel', '--all', '--yes'], exit: 2, names: ['--from'] },
  {
    name: 'a method that is none',
    args: ['bulk-sale', '--all', '--yes', '--method', 'paypay'],
    exit: 2,
    names: ['paypay', 'docomo'],
  },
  {
    name: 'a date that is none',
    args: ['bulk-sale', '--all', '--yes', '--from', '2009-02-30'],
    exit: 2,
    names: ['--from', '2009-02-30'],
  },
  { name: 'a count that is none', args: [...SALE, '--max-orders', '0'], exit: 2, names: ['--max-orders'] },
  { name: 'a time that is none', args: [...SALE, '--until', '25:00'], exit: 2, names: ['--until', '25:00'] },
  { name: '--stop-after 0', args: [...SALE, '--stop-after', '0'], exit: 2, code: 'bad-value', names: ['--stop-after'] },
  { name: 'a format that is none', args: [...SALE, '--format', 'xml'], exit: 2, names: ['--format', 'xml', 'json'] },
  {
    name: 'an option that is none, with what may be meant',
    args: ['bulk-sale', '--order', '1'],
    exit: 2,
    code: 'bad-option',
    names: ['--order', '--orders'],
  },
  {
    name: 'a command that is none, with what may be meant',
    args: ['bulk-sail'],
    exit: 2,
    code: 'unknown-command',
    names: ['bulk-sail', 'bulk-sale'],
  },
  {
    name: 'an option without its value',
    args: ['bulk-sale', '--orders'],
    exit: 2,
    code: 'bad-option',
    names: ['--orders'],
  },
  {
    name: 'too many arguments',
    args: [...SALE, 'more'],
    exit: 2,
    code: 'excess-arguments',
    names: ['paygent help bulk-sale'],
  },
  { name: 'numbers with a blank between them', args: [...SALE, '2'], exit: 2, names: ['--orders 1,2'] },
  { name: 'a file without its redirection', args: ['export', 'a.csv'], exit: 2, names: ['paygent export > a.csv'] },
  { name: 'a word of other services', args: ['capture', '1'], exit: 2, names: ['bulk-sale'] },
  {
    name: 'no terminal and no --yes',
    args: ['bulk-sale', '--orders', '1'],
    exit: 2,
    code: 'no-terminal',
    names: ['--yes'],
  },
]

export const SETTINGS: readonly Case[] = [
  {
    name: 'a missing --settings file',
    args: [...SALE, '--settings', 'nowhere.env'],
    exit: 2,
    code: 'env-file-missing',
    names: ['nowhere.env', '--settings'],
  },
  { name: 'a folder for --settings', args: [...SALE, '--settings', '.'], exit: 2, names: ['--settings'] },
  {
    name: 'both names of the settings file',
    args: [...SALE, '--settings', 'readable.env', '--env-file', 'readable.env'],
    exit: 2,
    names: ['--settings', '--env-file'],
  },
  {
    name: 'a settings file with a secret that others can read',
    args: [...SALE, '--settings', 'readable.env'],
    exit: 2,
    names: ['chmod 600', 'readable.env'],
  },
  {
    name: 'no terminal and no environment',
    args: SALE,
    unset: ['PAYGENT_ENVIRONMENT'],
    exit: 2,
    names: ['PAYGENT_ENVIRONMENT'],
  },
  { name: 'no terminal and no mirror named', args: SALE, unset: ['PAYGENT_DB'], exit: 2, names: ['PAYGENT_DB'] },
  {
    name: 'an environment that is none',
    args: SALE,
    env: { PAYGENT_ENVIRONMENT: 'prod' },
    exit: 2,
    names: ['prod', 'production'],
  },
  {
    name: 'a time-out that is none',
    args: SALE,
    env: { PAYGENT_TIMEOUT_MS: '1s' },
    exit: 2,
    names: ['PAYGENT_TIMEOUT_MS', '1s'],
  },
  {
    name: 'an endpoint that is not loopback',
    args: SALE,
    env: { PAYGENT_ENDPOINT: 'https://example.com' },
    exit: 2,
    names: ['127.0.0.1'],
  },
  {
    name: 'an endpoint in production',
    args: SALE,
    env: { PAYGENT_ENVIRONMENT: 'production' },
    exit: 2,
    names: ['PAYGENT_ENDPOINT'],
  },
  {
    name: 'an endpoint without a login',
    args: SALE,
    unset: ['PAYGENT_CONNECT_ID', 'PAYGENT_CA_CERT'],
    exit: 2,
    names: ['PAYGENT_CONNECT_ID', 'PAYGENT_CA_CERT'],
  },
  {
    name: 'NODE_TLS_REJECT_UNAUTHORIZED=0',
    args: SALE,
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    exit: 2,
    names: ['NODE_TLS_REJECT_UNAUTHORIZED'],
  },
  {
    name: 'production with a settle time that is too short',
    args: SALE,
    env: { PAYGENT_ENVIRONMENT: 'production', PAYGENT_ENDPOINT: '' },
    exit: 2,
    names: ['PAYGENT_SETTLE_SECONDS'],
  },
]

export const MIRRORS: readonly Case[] = [
  {
    name: 'a mirror that is not there, with its full path',
    args: [...SALE, '--db', 'nowhere.db'],
    exit: 2,
    code: 'mirror-missing',
    names: ['/nowhere.db', 'paygent import'],
  },
  { name: 'a newer mirror', args: [...SALE, '--db', 'newer.db'], exit: 2, names: ['newer.db', '999'] },
  { name: 'a file that is no database', args: [...SALE, '--db', 'text.db'], exit: 2, names: ['text.db'] },
  { name: 'another program’s database', args: [...SALE, '--db', 'foreign.db'], exit: 2, names: ['foreign.db'] },
  { name: 'a folder', args: [...SALE, '--db', '.'], exit: 2 },
  {
    name: 'another environment’s mirror',
    args: SALE,
    env: { PAYGENT_ENVIRONMENT: 'sandbox', PAYGENT_ENDPOINT: '', PAYGENT_SETTLE_SECONDS: '120' },
    exit: 5,
    names: ['simulator', 'sandbox'],
  },
  {
    name: 'another merchant’s mirror',
    args: SALE,
    env: { PAYGENT_MERCHANT_ID: '999' },
    exit: 5,
    code: 'mirror-of-another-merchant',
    names: ['999'],
  },
  { name: 'a CSV that is not there', args: ['import', 'nowhere.csv'], exit: 2, names: ['nowhere.csv'] },
  {
    name: 'a CSV with one bad line',
    args: ['import', 'bad.csv'],
    exit: 2,
    code: 'csv-bad',
    names: ['4', 'payment_id', '1.23E+17'],
  },
]

export const GATEWAY: readonly Case[] = [
  {
    name: 'a client certificate of another CA',
    args: SALE,
    env: { PAYGENT_CLIENT_CERT: 'foreign.pem' },
    exit: 2,
    code: 'client-certificate-refused',
  },
  {
    name: 'an expired client certificate',
    args: SALE,
    env: { PAYGENT_CLIENT_CERT: 'expired.pem', PAYGENT_CLIENT_CERT_PASSPHRASE: '' },
    exit: 2,
    code: 'certificate-unusable',
    names: ['expired.pem', 'PAYGENT_CLIENT_CERT'],
  },
  {
    name: 'a file that is no certificate',
    args: SALE,
    env: { PAYGENT_CLIENT_CERT: 'broken.pem' },
    exit: 2,
    names: ['PAYGENT_CLIENT_CERT'],
  },
  {
    name: 'a certificate that is not there',
    args: SALE,
    env: { PAYGENT_CLIENT_CERT: 'nowhere.pem' },
    exit: 2,
    names: ['nowhere.pem', 'PAYGENT_CLIENT_CERT'],
  },
  {
    name: 'a key that others can read',
    args: SALE,
    env: { PAYGENT_CLIENT_CERT: 'open.pem' },
    exit: 2,
    names: ['chmod 600', 'open.pem'],
  },
  {
    name: 'a wrong pass phrase',
    args: SALE,
    env: { PAYGENT_CLIENT_CERT_PASSPHRASE: 'wrong' },
    exit: 2,
    names: ['PAYGENT_CLIENT_CERT_PASSPHRASE'],
  },
  {
    name: 'no pass phrase',
    args: SALE,
    unset: ['PAYGENT_CLIENT_CERT_PASSPHRASE'],
    exit: 2,
    names: ['PAYGENT_CLIENT_CERT_PASSPHRASE'],
  },
  { name: 'a wrong CA', args: SALE, env: { PAYGENT_CA_CERT: 'foreign-ca.pem' }, exit: 2, names: ['PAYGENT_CA_CERT'] },
  {
    name: 'a wrong password (P002)',
    args: SALE,
    env: { PAYGENT_CONNECT_PASSWORD: 'nobody-knows' },
    exit: 2,
    names: ['P002'],
  },
  // A host whose name cannot be looked up is not to be had here: PAYGENT_ENDPOINT takes this machine's addresses only.
  {
    name: 'a port where nobody listens',
    args: SALE,
    env: { PAYGENT_ENDPOINT: 'https://127.0.0.1:1' },
    exit: 6,
    names: ['ECONNREFUSED'],
  },
]
