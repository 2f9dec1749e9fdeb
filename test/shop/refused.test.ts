// A database that is unreachable, refuses, or is not of the expected kind gives a clear error without a secret, and no
// mirror is made.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { folder } from '../e2e/program.js'
import { makeAuthority, makeServer } from '../gateway/certificates.js'
import type { DatabaseServer, TlsFiles } from './database-server.js'
import { deskAt, shopIn } from './desk.js'
import { fixtureShop } from './fixture-shop.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

const PASSWORD = 'fixture-desk-password'

/** A server certificate for localhost, and who signed it. */
async function certificateOf(): Promise<TlsFiles> {
  const directory = folder()
  const authority = await makeAuthority()
  const { cert, key } = await makeServer(authority)
  const paths = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem'), ca: join(directory, 'ca.pem') }
  writeFileSync(paths.cert, cert)
  writeFileSync(paths.key, key, { mode: 0o600 })
  writeFileSync(paths.ca, authority.cert)
  return paths
}

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `refused by ${kind}`, () => {
    let server: DatabaseServer
    let own: TlsFiles
    let url = ''
    let database = ''
    beforeAll(async () => {
      own = await certificateOf()
      server = await START[kind]({ tls: own })
      ;({ url, database } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind)))
    }, 120_000)

    async function pullFrom(address: string): Promise<{ code: number | null; said: string; made: boolean }> {
      const desk = deskAt(address, { PAYGENT_LANG: 'en', PAYGENT_LOG_LEVEL: 'trace' })
      const { code, stdout, stderr } = await desk.paygent(['pull', '--verbose'])
      expect(stdout + stderr).not.toContain(PASSWORD)
      return { code, said: stdout + stderr, made: existsSync(join(desk.cwd, 'paygent.db')) }
    }

    it('by TLS: verified against the authority, or not at all', { timeout: 120_000 }, async () => {
      const named = url.replace('127.0.0.1', 'localhost')
      expect(await pullFrom(`${named}?ca=${own.ca}`)).toMatchObject({ code: 0, made: true })
      // Signed by the right one, for another name.
      expect(await pullFrom(`${url}?ca=${own.ca}`)).toMatchObject({ code: 2, made: false })
      const other = await certificateOf()
      const strange = await pullFrom(`${named}?ca=${other.ca}`)
      expect(strange).toMatchObject({ code: 2, made: false })
      expect(strange.said).toMatch(/certificate of EC-CUBE's database does not verify/)
      expect(await pullFrom(`${named}?tls=on`)).toMatchObject({ code: 2, made: false })
      const missing = await pullFrom(`${named}?ca=/nowhere/ca.pem`)
      expect(missing).toMatchObject({ code: 2, made: false })
      expect(missing.said).toContain('/nowhere/ca.pem')
    })

    it('a wrong password, a wrong database, nobody there', { timeout: 120_000 }, async () => {
      const wrong = await pullFrom(url.replace(PASSWORD, `${PASSWORD}-not`))
      expect(wrong).toMatchObject({ code: 2, made: false })
      expect(wrong.said).toMatch(/refuses the login/)
      expect(await pullFrom(url.replace(`/${database}`, '/nowhere'))).toMatchObject({ code: 2, made: false })
      const away = await pullFrom(url.replace(`:${server.port}/`, ':1/'))
      expect(away).toMatchObject({ code: 6, made: false })
      expect(away.said).toMatch(/cannot be reached.*ECONNREFUSED/)
    })

    it('too few rights, and no EC-CUBE at all', { timeout: 120_000 }, async () => {
      const table = kind === 'mysql' ? `${database}.dtb_order` : 'dtb_order'
      const user = kind === 'mysql' ? `'few'@'%'` : 'few'
      await server.createUser('few', PASSWORD, [`GRANT SELECT (order_id, memo08) ON ${table} TO ${user}`], database)
      const few = await pullFrom(server.url(database, { user: 'few', password: PASSWORD }))
      expect(few).toMatchObject({ code: 2, made: false })
      expect(few.said).toMatch(/Columns of EC-CUBE's database cannot be read: dtb_order\.create_date/)
      await server.createDatabase('empty', [])
      await server.createUser(
        'lost',
        PASSWORD,
        kind === 'mysql' ? [`GRANT SELECT ON empty.* TO 'lost'@'%'`] : [],
        'empty',
      )
      const empty = await pullFrom(server.url('empty', { user: 'lost', password: PASSWORD }))
      expect(empty).toMatchObject({ code: 2, made: false })
      expect(empty.said).toMatch(/columns of EC-CUBE's Paygent payment are not there/)
    })
  })
}
