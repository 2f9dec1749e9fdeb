// Every form of certificate file that people have is recognised by its content: it works, or it is refused with a
// sentence of its own and what mends it. A command that the sentence shows is run here, and what it makes works.
import { spawn } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Context } from '../../src/cli/context.js'
import { diagnose, gatewayFindings } from '../../src/cli/doctor-findings.js'
import { connect } from '../../src/cli/gateway.js'
import { tellBeside, tellFault } from '../../src/cli/faults.js'
import { FixedClock } from '../../src/clock.js'
import { AppError, CERTIFICATE_PROBLEMS } from '../../src/errors.js'
import { findingText } from '../../src/ui/doctor.js'
import { errorJson, errorParts, errorText } from '../../src/ui/errors.js'
import {
  joinPem,
  makeAuthority,
  makeClient,
  makeExpiredServer,
  makeIntermediate,
  makeServer,
  OPENSSL,
  openssl,
  type Pair,
} from '../gateway/certificates.js'
import { faultsIn } from '../patterns.js'

const NOW = Date.parse('2026-11-29T12:00:00+09:00')
const PASS = 'changeit'
const cannotMake = OPENSSL === null && process.env['PAYGENT_TEST_SERVERS'] !== 'required'

let cwd: string
let root: Pair
let middle: Pair
let client: Pair
const at = (name: string): string => join(cwd, name)

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'paygent-certificates-'))
  root = await makeAuthority('Root authority')
  middle = await makeIntermediate(root)
  client = await makeClient(middle)
  writeFileSync(at('ca.pem'), root.cert)
  writeFileSync(at('good.pem'), joinPem(client, PASS), { mode: 0o600 })
  writeFileSync(at('plain.pem'), joinPem(client), { mode: 0o600 })
  writeFileSync(at('key.pem'), client.key, { mode: 0o600 })
  writeFileSync(at('chain.pem'), `${middle.cert}\n${root.cert}\n`)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const settings = (cert: string, ca: string, passphrase: string) => ({
  PAYGENT_ENVIRONMENT: 'simulator',
  PAYGENT_ENDPOINT: 'https://127.0.0.1:1',
  PAYGENT_MERCHANT_ID: '1',
  PAYGENT_CONNECT_ID: 'a',
  PAYGENT_CONNECT_PASSWORD: 'b',
  PAYGENT_CLIENT_CERT: cert,
  PAYGENT_CLIENT_CERT_PASSPHRASE: passphrase,
  PAYGENT_CA_CERT: ca,
})

interface Given {
  readonly cert?: string
  readonly ca?: string
  readonly passphrase?: string
  readonly nowMs?: number
}

/** The fault with which a command ends before it connects; null where it would connect. */
async function faultOf({ cert = at('good.pem'), ca = at('ca.pem'), passphrase = PASS, nowMs = NOW }: Given) {
  const { config } = await diagnose(settings(cert, ca, passphrase), [])
  try {
    const context = { config, clock: new FixedClock(nowMs) } as Partial<Context> as Context
    await (await connect(context, { journal: null } as never, { telegram: () => undefined } as never)).close()
    return null
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(JSON.stringify(error.params)).not.toContain('BEGIN')
    return error
  }
}

/** The codes and faults of doctor about both files. */
async function doctorOf({ cert = at('good.pem'), ca = at('ca.pem'), passphrase = PASS, nowMs = NOW }: Given) {
  const diagnosis = await diagnose(settings(cert, ca, passphrase), [])
  const around = { clock: new FixedClock(nowMs), signal: new AbortController().signal, log: () => undefined }
  const screen = { lang: 'ja', width: null, colour: false, ascii: false } as const
  const found: { code: string; text: string; level: string }[] = []
  for await (const each of gatewayFindings(diagnosis, around)) {
    if (!each.check.endsWith('-certificate')) continue
    const { code, level } = each
    found.push({ code, level, text: findingText(each, screen) })
  }
  return found
}

/** Writes a file that holds this, private as a key is. */
function kept(name: string, content: string | Buffer): string {
  writeFileSync(at(name), content)
  chmodSync(at(name), 0o600)
  return at(name)
}

const der = (pem: string): Buffer => new X509Certificate(pem).raw
const keyDer = (): Buffer => createPrivateKey(client.key).export({ type: 'pkcs8', format: 'der' })
const wide = (text: string, mark = '\uFEFF'): Buffer => Buffer.from(`${mark}${text}`, 'utf16le')
const made = (name: string, words: string): string => {
  openssl(cwd, `${words} -out ${name}`)
  chmodSync(at(name), 0o600)
  return at(name)
}
const oldKey = (name: string, words: string): string => {
  made(`${name}.key`, words)
  return kept(`${name}.pem`, `${client.cert}\n${readFileSync(at(`${name}.key`), 'utf8')}\n${middle.cert}\n`)
}
/** openssl asks for the old pass phrase, then twice for the new one; without a terminal it reads them from stdin. */
async function ranWith(command: string): Promise<number | null> {
  const shell = spawn('sh', ['-c', command], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell.stdin.on('error', () => undefined)
  shell.stdin.end(`${PASS}\n`.repeat(3))
  const [code] = (await once(shell, 'close')) as [number | null]
  return code
}

const P12 = `pkcs12 -export -in plain.pem -passout pass:${PASS}`
const LEGACY = '-provider legacy -provider default'

describe.skipIf(cannotMake)('a file that can be used', () => {
  it.each<[string, () => Given]>([
    ['a PEM, its key encrypted', () => ({})],
    ['a PEM with a plain key', () => ({ cert: at('plain.pem'), passphrase: '' })],
    ['a PEM with its key first', () => ({ cert: kept('key-first.pem', `${client.key}\n${client.cert}\n`) })],
    ['a PEM with a byte order mark', () => ({ cert: kept('bom.pem', `\uFEFF${joinPem(client)}`) })],
    [
      'a PEM with the lines of Windows',
      () => ({ cert: kept('crlf.pem', joinPem(client, PASS).replaceAll('\n', '\r\n')) }),
    ],
    [
      'a PEM with blanks at the ends of its lines',
      () => ({
        cert: kept('blanks.pem', joinPem(client, PASS).replaceAll('-----\n', '----- \t\n')),
        ca: kept('blanks-ca.pem', root.cert.replaceAll(/-----$/gm, '-----  ')),
      }),
    ],
    [
      'a PEM with comments that quote its markers',
      () => ({
        cert: kept(
          'comments.pem',
          ['CERTIFICATE', 'PRIVATE KEY', 'ENCRYPTED PRIVATE KEY']
            .map((name) => `# from -----BEGIN ${name}-----\n# to -----END ${name}-----\n`)
            .join('') + joinPem(client),
        ),
        ca: kept('comments-ca.pem', `# -----BEGIN CERTIFICATE-----\n${root.cert}`),
        passphrase: '',
      }),
    ],
    ['a PEM with its chain', () => ({ cert: kept('whole.pem', `${joinPem(client)}${middle.cert}\n${root.cert}\n`) })],
    ['a p12', () => ({ cert: made('good.p12', P12) })],
    ['a p12 with its chain', () => ({ cert: made('chain.p12', `${P12} -certfile chain.pem`) })],
    ['a p12 that is named .pem', () => ({ cert: made('p12.pem', P12) })],
    [
      'a p12 without a pass phrase',
      () => ({ cert: made('open.p12', 'pkcs12 -export -in plain.pem -passout pass:'), passphrase: '' }),
    ],
    [
      'a p12 of triple DES',
      () => ({ cert: made('3des.p12', `${P12} -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1`) }),
    ],
    ['a CA file with a byte order mark', () => ({ ca: kept('bom-ca.pem', `\uFEFF${root.cert}`) })],
  ])('%s', async (_, given) => {
    const files = given()
    expect(await faultOf(files)).toBeNull()
    expect((await doctorOf(files)).map(({ code }) => code)).toEqual([
      'certificate-good',
      'key-fits',
      'certificate-good',
    ])
  })
})

interface Form {
  readonly name: string
  readonly given: () => Given
  readonly problem: (typeof CERTIFICATE_PROBLEMS)[number]
  readonly of?: 'ca'
}

const FORMS: readonly Form[] = [
  { name: 'an empty file', given: () => ({ cert: kept('empty.pem', '') }), problem: 'empty' },
  { name: 'an empty CA file', given: () => ({ ca: kept('empty-ca.pem', '\n') }), problem: 'empty', of: 'ca' },
  { name: 'UTF-16', given: () => ({ cert: kept('wide.pem', wide(joinPem(client, PASS))) }), problem: 'two-byte-text' },
  {
    name: 'UTF-16 without a mark',
    given: () => ({ cert: kept('wide-2.pem', wide(joinPem(client, PASS), '')) }),
    problem: 'two-byte-text',
  },
  {
    name: 'UTF-16 of the other order',
    given: () => ({ cert: kept('wide-3.pem', wide(joinPem(client, PASS)).swap16()) }),
    problem: 'two-byte-text',
  },
  {
    name: 'a CA in UTF-16',
    given: () => ({ ca: kept("it's.pem", wide(root.cert)) }),
    problem: 'two-byte-text',
    of: 'ca',
  },
  { name: 'DER', given: () => ({ cert: kept('client.cer', der(client.cert)) }), problem: 'der' },
  { name: 'a CA in DER', given: () => ({ ca: kept('CA 証明書.cer', der(root.cert)) }), problem: 'der', of: 'ca' },
  { name: 'a key in DER', given: () => ({ cert: kept('key.der', keyDer()) }), problem: 'der-key' },
  { name: 'a p12 as the CA', given: () => ({ ca: made('as-ca.p12', P12) }), problem: 'container', of: 'ca' },
  {
    name: 'no line break between two blocks',
    given: () => ({ cert: kept('joined.pem', client.cert.trim() + client.key) }),
    problem: 'run-together',
  },
  {
    name: 'no line break at all',
    given: () => ({ cert: kept('line.pem', joinPem(client).replaceAll('\n', '')) }),
    problem: 'run-together',
  },
  ...(
    [
      ['text before a block of the chain', () => `subject=CN${middle.cert}`],
      ['a blank before each line of the chain', () => middle.cert.replaceAll(/^/gm, ' ')],
      ['the end of a block on its last line', () => middle.cert.replace(/\n(?=-----END)/, '')],
      ['the lines of an old Macintosh', () => middle.cert.replaceAll(/\r?\n/g, '\r')],
    ] as const
  ).map(([name, chain]) => ({
    name,
    given: () => ({ cert: kept('lost.pem', `${joinPem(client)}${chain()}\n`) }),
    problem: 'run-together' as const,
  })),
  {
    name: 'a text that is none',
    given: () => ({ cert: kept('text.pem', 'no certificate\n') }),
    problem: 'no-certificate',
  },
  {
    name: 'a CA file with a key alone',
    given: () => ({ ca: kept('ca-key.pem', client.key) }),
    problem: 'no-certificate',
    of: 'ca',
  },
  {
    name: 'a p12 without a certificate',
    given: () => ({ cert: made('no-cert.p12', `${P12} -nocerts`) }),
    problem: 'no-certificate',
  },
  { name: 'no key', given: () => ({ cert: kept('no-key.pem', client.cert) }), problem: 'no-key' },
  { name: 'a p12 without a key', given: () => ({ cert: made('no-key.p12', `${P12} -nokeys`) }), problem: 'no-key' },
  {
    name: 'the key of another certificate',
    given: () => ({ cert: kept('other.pem', joinPem({ ...client, key: root.key })) }),
    problem: 'mismatch',
  },
  {
    name: 'the CA first',
    given: () => ({ cert: kept('ca-first.pem', `${middle.cert}\n${joinPem(client)}`) }),
    problem: 'ca-first',
  },
  {
    name: 'the chain the wrong way round',
    given: () => ({ cert: kept('reversed.pem', `${root.cert}\n${middle.cert}\n${joinPem(client)}`) }),
    problem: 'chain-reversed',
  },
  {
    name: 'a key encrypted with DES',
    given: () => ({ cert: oldKey('des', `ec -in key.pem -des -passout pass:${PASS} ${LEGACY}`) }),
    problem: 'old-cipher',
  },
  {
    name: 'a key encrypted with RC2',
    given: () => ({
      cert: oldKey('rc2', `pkcs8 -topk8 -in key.pem -v1 PBE-SHA1-RC2-40 -passout pass:${PASS} ${LEGACY}`),
    }),
    problem: 'old-cipher',
  },
  {
    name: 'a key encrypted by MD5',
    given: () => ({ cert: oldKey('md5', `pkcs8 -topk8 -in key.pem -v1 PBE-MD5-DES -passout pass:${PASS} ${LEGACY}`) }),
    problem: 'old-cipher',
  },
  {
    name: 'a -legacy p12',
    given: () => ({ cert: made('old.p12', `${P12} -legacy`) }),
    problem: 'old-container',
  },
  {
    name: 'a certificate that is past',
    given: () => ({ nowMs: Date.parse('2049-06-01T00:00:00Z') }),
    problem: 'expired',
  },
  {
    name: 'a certificate before its time',
    given: () => ({ nowMs: Date.parse('2019-06-01T00:00:00Z') }),
    problem: 'not-yet-valid',
  },
  {
    name: 'a damaged certificate',
    given: () => ({ cert: kept('damaged.pem', joinPem({ ...client, cert: client.cert.replace(/^MII./m, 'AAAA') })) }),
    problem: 'unreadable',
  },
  {
    name: 'a cut p12',
    given: () => ({ cert: kept('cut.p12', readFileSync(made('uncut.p12', P12)).subarray(0, 300)) }),
    problem: 'unreadable',
  },
]

describe.skipIf(cannotMake)('a file that cannot be used', () => {
  it.each(FORMS)('$name: $problem', async ({ given, problem, of }) => {
    const files = given()
    const fault = await faultOf(files)
    const path = of === 'ca' ? files.ca : (files.cert ?? at('good.pem'))
    const setting = of === 'ca' ? 'PAYGENT_CA_CERT' : 'PAYGENT_CLIENT_CERT'
    expect([fault?.code, fault?.params]).toEqual([
      'certificate-unusable',
      expect.objectContaining({ problem, path, setting }),
    ])
    if (fault === null) return
    for (const lang of ['ja', 'en'] as const) {
      const { message, next } = errorParts(fault, lang)
      expect(message).toContain(path)
      expect(next).not.toBe('')
      if (lang === 'ja') expect(faultsIn(message)).toEqual([])
    }
    const findings = await doctorOf(files)
    expect(findings.filter(({ level }) => level !== 'ok').map(({ code }) => code)).toEqual(
      problem === 'expired'
        ? ['certificate-ended', 'certificate-ended']
        : problem === 'not-yet-valid'
          ? ['certificate-not-yet', 'certificate-not-yet']
          : ['fault'],
    )
    const command = errorParts(fault, 'ja').shell
    if (problem === 'two-byte-text' || problem.startsWith('old-')) expect(command).not.toBe('')
    if (command === '') return
    expect(errorParts(fault, 'en').shell).toBe(command)
    // At 80 columns, too, it is a line of its own.
    const screen = { lang: 'ja', width: 80, colour: false, ascii: false } as const
    const told: string[] = []
    const terminal = { err: (text: string) => void told.push(text), errorWidth: 80 }
    const listener = { terminal, lang: 'ja', format: 'table', sameMirror: '' } as const
    tellFault(fault, listener)
    tellBeside(fault, listener)
    expect(told).toHaveLength(2)
    for (const shown of [
      ...told,
      findingText({ check: 'ca-certificate', level: 'bad', code: 'fault', facts: fault }, screen),
    ])
      expect(shown.split('\n')).toContain(command)
    expect(errorJson(fault, 'ja').error.next).toMatch(/：(?:openssl|\(umask) .*$/)
    expect(await ranWith(command)).toBe(0)
    const mended = path?.replace(/\.[^.]*$/, '-new.pem') ?? ''
    expect(await faultOf({ ...files, [of === 'ca' ? 'ca' : 'cert']: mended })).toBeNull()
    // No certificate of the chain is lost.
    const count = (file: string): number => readFileSync(file, 'latin1').split('BEGIN CERTIFICATE').length
    if (problem === 'old-cipher') expect(count(mended)).toBe(count(path ?? ''))
  })

  it('has a sentence of its own for each problem, and each problem has a form here', async () => {
    const problems = new Set(FORMS.map(({ problem }) => problem))
    expect([...problems, 'too-weak'].toSorted()).toEqual(CERTIFICATE_PROBLEMS.toSorted())
    for (const lang of ['ja', 'en'] as const) {
      const texts = CERTIFICATE_PROBLEMS.map((problem) =>
        errorText(
          new AppError('certificate-unusable', { problem, path: 'x', what: 'ca', setting: 'PAYGENT_CA_CERT' }),
          lang,
        ),
      )
      expect(new Set(texts).size).toBe(CERTIFICATE_PROBLEMS.length)
    }
  })

  it('too weak a key is refused as such, as a PEM and as a p12', async () => {
    openssl(cwd, 'req -x509 -newkey rsa:512 -nodes -keyout weak.key -out weak.cert -subj /CN=weak -days 9000')
    const pem = kept('weak.pem', readFileSync(at('weak.cert'), 'utf8') + readFileSync(at('weak.key'), 'utf8'))
    const p12 = made('weak.p12', `pkcs12 -export -in weak.pem -passout pass:${PASS}`)
    // openssl dates it from now on.
    const nowMs = Date.now() + 60_000
    for (const cert of [pem, p12]) {
      expect((await faultOf({ cert, nowMs }))?.params).toMatchObject({ problem: 'too-weak', path: cert })
      // doctor has the fault at the certificate, and does not try the connection with it.
      const found = await doctorOf({ cert, nowMs, ca: at('weak.cert') })
      expect(found.filter(({ code }) => code === 'fault')).toMatchObject([{ text: expect.stringContaining(cert) }])
      expect(found.map(({ code }) => code)).not.toContain('key-fits')
    }
  })

  it('a pass phrase that does not open a p12', async () => {
    const cert = made('locked.p12', P12)
    expect(await faultOf({ cert, passphrase: 'wrong' })).toMatchObject({
      code: 'passphrase-wrong',
      params: { path: cert, problem: 'wrong' },
    })
    expect(await faultOf({ cert, passphrase: '' })).toMatchObject({
      code: 'passphrase-wrong',
      params: { problem: 'missing' },
    })
  })

  it('a p12 that others can read', async () => {
    const cert = made('shared.p12', P12)
    chmodSync(cert, 0o644)
    expect(await faultOf({ cert })).toMatchObject({ code: 'file-too-open', params: { path: cert } })
  })
})

it('a chain whose issuers are not in order works, and doctor says so', async () => {
  const cert = kept('unsorted.pem', `${joinPem(client)}${root.cert}\n${middle.cert}\n`)
  expect(await faultOf({ cert })).toBeNull()
  expect((await doctorOf({ cert })).filter(({ level }) => level !== 'ok')).toEqual([
    { code: 'chain-unsorted', level: 'warning', text: expect.stringContaining('順に並べ直してください') },
  ])
  const stranger = await makeServer(await makeAuthority('Another'))
  const beside = kept('beside.pem', `${joinPem(client)}${stranger.cert}\n${root.cert}\n`)
  expect((await doctorOf({ cert: beside })).filter(({ level }) => level !== 'ok')).toEqual([])
})

describe('the dates of a chain', () => {
  const past = Date.parse('2020-01-02T00:00:00Z')

  it('do not stop a command where the own certificate is good, and doctor warns of them', async () => {
    const old = await makeExpiredServer(root)
    const cert = kept('old-chain.pem', `${joinPem(client, PASS)}${middle.cert}\n${old.cert}\n`)
    expect(await faultOf({ cert })).toBeNull()
    const found = await doctorOf({ cert })
    expect(found.map(({ code }) => code)).toEqual([
      'certificate-good',
      'key-fits',
      'chain-outdated',
      'certificate-good',
    ])
    expect(found[2]?.text).toContain('localhost（2020/01/01～2020/01/02）')
    // Before it ends there is time to replace it.
    const before = (await doctorOf({ cert, nowMs: past - 60_000 })).filter(({ level }) => level !== 'ok')
    expect(before.map(({ code, level }) => [code, level])).toEqual([['chain-outdated', 'warning']])
  })

  it('do not help where the own certificate is past', async () => {
    const own = await makeExpiredServer(root)
    const cert = kept('old-own.pem', `${joinPem(own)}${root.cert}\n`)
    expect((await faultOf({ cert }))?.params).toMatchObject({ problem: 'expired', path: cert })
    expect((await doctorOf({ cert })).map(({ code }) => code)).toContain('certificate-ended')
  })

  it('of an authority that stands first do not hide that it stands first', async () => {
    const old = await makeExpiredServer(root)
    const cert = kept('old-first.pem', `${old.cert}\n${joinPem(client)}`)
    expect((await faultOf({ cert }))?.params).toMatchObject({ problem: 'ca-first' })
  })
})
