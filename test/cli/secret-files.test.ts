// A settings file that other users can read is refused only where it holds a secret.
import { describe, expect, it } from 'vitest'
import { holdsPassword } from '../../src/cli/secret-files.js'

const ADDRESS = 'mysql://user:pass@127.0.0.1/shop'

describe('a settings file', () => {
  it.each([
    'PAYGENT_CONNECT_PASSWORD=x',
    'PAYGENT_DB=a.db\n  export PAYGENT_CONNECT_PASSWORD = x',
    'PAYGENT_DB=a.db\r\nPAYGENT_CLIENT_CERT_PASSPHRASE="x y"\r\n',
    'PAYGENT_CLIENT_CERT_PASSPHRASE="#"',
    // Node takes the next line for the value.
    'PAYGENT_CONNECT_PASSWORD="\nx"',
    'PAYGENT_CONNECT_PASSWORD= \nx',
    // The last one counts, and the first can be read all the same.
    'PAYGENT_CONNECT_PASSWORD=x\nPAYGENT_CONNECT_PASSWORD=\n',
    ...['SHOP_DATABASE', 'PROXY', 'WEBHOOK', 'PING'].map((name) => `PAYGENT_${name}='${ADDRESS}'`),
  ])('with a secret: %j', (text) => expect(holdsPassword(text)).toBe(true))

  it.each([
    '',
    'PAYGENT_CONNECT_PASSWORD=',
    'PAYGENT_CONNECT_PASSWORD=\nPAYGENT_DB=a.db',
    'PAYGENT_CONNECT_PASSWORD=\r\nPAYGENT_DB=a.db\r\n',
    'PAYGENT_CLIENT_CERT_PASSPHRASE=""\nPAYGENT_DB=a.db',
    "PAYGENT_CLIENT_CERT_PASSPHRASE = '' # none\n",
    '# PAYGENT_CONNECT_PASSWORD=x',
    'PAYGENT_CONNECT_PASSWORD= # your password\nPAYGENT_DB=a.db',
    'PAYGENT_WEBHOOK=https://hooks.example/services/T0/B0/secret',
    `PAYGENT_PROXY=\n# such as ${ADDRESS}\n`,
    `PAYGENT_PROXY=\nPAYGENT_NOTE=${ADDRESS}`,
  ])('without one: %j', (text) => expect(holdsPassword(text)).toBe(false))
})
