import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.js'
import { ensureCertificates } from '../../src/simulator/certificates.js'
import { card } from './desk.js'
import { ask, started, temporaryFolder } from './tls.js'

const YEAR_MS = 365 * 86_400_000

describe('the certificates of a folder', () => {
  it('are made once, private, and work', async () => {
    const dir = join(temporaryFolder(), 'new', 'certs')
    const made = await ensureCertificates(dir)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    for (const path of Object.values(made.paths)) expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(made.paths.client).toBe(join(dir, 'client.pem'))
    expect(readFileSync(made.paths.client, 'utf8')).toBe(made.clientCert)
    expect(await ensureCertificates(dir)).toEqual(made)

    const simulator = await started({ certificates: made, payments: [card('1')] })
    expect(simulator.clientCert).toBe(made.clientCert)
    expect(await ask(simulator, '094', { payment_id: '1' })).toMatchObject({ result: '0' })
  })

  it('hold for ten years, for localhost and 127.0.0.1, the key behind the pass phrase changeit', async () => {
    const { ca, serverCert, clientCert, passphrase } = await ensureCertificates(temporaryFolder())
    const root = new X509Certificate(ca)
    expect(root.ca).toBe(true)
    for (const pem of [serverCert, clientCert]) {
      const certificate = new X509Certificate(pem)
      expect(certificate.ca).toBe(false)
      expect(certificate.verify(root.publicKey)).toBe(true)
      expect(Date.parse(certificate.validTo) - systemClock.nowMs()).toBeGreaterThan(9.9 * YEAR_MS)
    }
    expect(new X509Certificate(serverCert).subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1')
    expect(passphrase).toBe('changeit')
    expect(clientCert).toContain('-----BEGIN ENCRYPTED PRIVATE KEY-----')
    expect(() => createPrivateKey(clientCert)).toThrow()
    expect(() => createPrivateKey({ key: clientCert, passphrase: 'wrong' })).toThrow()
    expect(createPrivateKey({ key: clientCert, passphrase }).asymmetricKeyType).toBe('ec')
  })

  it('are made anew where one is missing or does not fit the others', async () => {
    const dir = temporaryFolder()
    const first = await ensureCertificates(dir)
    rmSync(first.paths.serverKey)
    const second = await ensureCertificates(dir)
    expect(second.ca).not.toBe(first.ca)
    chmodSync(second.paths.ca, 0o644)
    writeFileSync(second.paths.ca, first.ca)
    const third = await ensureCertificates(dir)
    expect([first.ca, second.ca]).not.toContain(third.ca)
    expect(statSync(third.paths.ca).mode & 0o777).toBe(0o600)
  })

  it('cover the names that are asked for, and are made anew for one that is missing', async () => {
    const dir = temporaryFolder()
    const first = await ensureCertificates(dir)
    const named = await ensureCertificates(dir, ['simulator', '192.0.2.7', '::1'])
    expect(named.ca).not.toBe(first.ca)
    const server = new X509Certificate(named.serverCert)
    for (const name of ['localhost', 'simulator']) expect(server.checkHost(name)).toBe(name)
    for (const address of ['127.0.0.1', '192.0.2.7', '::1']) expect(server.checkIP(address)).toBe(address)
    expect(server.checkHost('elsewhere')).toBeUndefined()
    expect(await ensureCertificates(dir, ['simulator'])).toEqual(named)
    expect(await ensureCertificates(dir)).toEqual(named)
  })

  it('say which file is no certificate', async () => {
    const dir = temporaryFolder()
    const { paths } = await ensureCertificates(dir)
    writeFileSync(paths.server, 'nothing')
    await expect(ensureCertificates(dir)).rejects.toMatchObject({
      code: 'certificate-unusable',
      params: { what: paths.server },
    })
  })

  it('need a folder that can be written', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    await expect(ensureCertificates(join(file, 'certs'))).rejects.toMatchObject({ code: 'file-unreadable' })
    // Below /proc the system lets nothing be made.
    await expect(ensureCertificates('/proc/paygent/certs')).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})
