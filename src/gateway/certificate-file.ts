// Recognises a certificate file by its content, whatever its name: the text of a PEM, the bytes of a p12, or a form
// that cannot be used, with its name.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { AppError, type CertificateProblem } from '../errors.js'

/** The PEM text of certificate and key, or the bytes of a p12. A secret. */
export type ClientCert = string | Buffer

export type Part = 'ca' | 'client-certificate' | 'client-key'

const settingOf = (what: Part): string => (what === 'ca' ? 'PAYGENT_CA_CERT' : 'PAYGENT_CLIENT_CERT')

/** @param more `name`, `date` or `code`, as the text of the problem mentions them */
export const unusable = (
  what: Part,
  problem: CertificateProblem,
  more: Readonly<Record<string, string>> = {},
): AppError => new AppError('certificate-unusable', { what, setting: settingOf(what), problem, ...more })

/**
 * Reads the file of PAYGENT_CLIENT_CERT.
 * @throws AppError `certificate-unusable` with `what`, `setting` and `problem`
 */
export function readClientFile(bytes: Buffer): ClientCert {
  return isContainer(bytes) ? bytes : pemOf(bytes, 'client-certificate')
}

/**
 * Reads the file of PAYGENT_CA_CERT.
 * @throws AppError `certificate-unusable` with `what`, `setting` and `problem`
 */
export function readAuthorityFile(bytes: Buffer): string {
  if (isContainer(bytes)) throw unusable('ca', 'container')
  return pemOf(bytes, 'ca')
}

const BEGINS = /^-----BEGIN [^-]+-----$/
const ENDS = /^-----END [^-]+-----$/
/** A marker that OpenSSL takes for none, because it is not alone on its line. */
const MARKER = /^\s*-----(?:BEGIN|END) /

/**
 * Whether OpenSSL would lose a block: where a marker shares its line with other text. Blanks behind it, and text
 * between the blocks that only quotes a marker, do no harm.
 */
function isRunTogether(text: string): boolean {
  let inside = false
  for (const line of text.split('\n').map((each) => each.trimEnd())) {
    const isMarker = inside ? ENDS.test(line) : BEGINS.test(line)
    if (!isMarker && (inside ? line.includes('-----') : MARKER.test(line))) return true
    if (isMarker) inside = !inside
  }
  return false
}

function pemOf(bytes: Buffer, what: Part): string {
  if (bytes.length === 0) throw unusable(what, 'empty')
  const binary = binaryForm(bytes)
  if (binary !== null) throw unusable(what, binary)
  // A byte order mark hides the first block from OpenSSL.
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') throw unusable(what, 'empty')
  if (isRunTogether(text)) throw unusable(what, 'run-together')
  return text
}

/** The first byte of every DER structure that certificates and keys are kept in. */
const SEQUENCE = 0x30

/** A p12 (PFX) begins with its version, which is the whole number 3. */
function isContainer(bytes: Buffer): boolean {
  if (bytes[0] !== SEQUENCE) return false
  const length = bytes[1] ?? 0
  const at = length < 0x80 ? 2 : 2 + (length & 0x7f)
  return bytes.subarray(at, at + 3).equals(Buffer.from([0x02, 0x01, 0x03]))
}

function binaryForm(bytes: Buffer): CertificateProblem | null {
  if (isTwoByteText(bytes)) return 'two-byte-text'
  if (bytes[0] !== SEQUENCE) return null
  if (reads(() => new X509Certificate(bytes))) return 'der'
  const isKey = (['pkcs8', 'pkcs1', 'sec1'] as const).some((type) =>
    reads(() => createPrivateKey({ key: bytes, format: 'der', type })),
  )
  return isKey ? 'der-key' : null
}

/** UTF-16 with a byte order mark, or a PEM in UTF-16 of either order of bytes. */
function isTwoByteText(bytes: Buffer): boolean {
  const mark = bytes.subarray(0, 2).toString('hex')
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
  const texts = [even, Buffer.from(even).swap16()].map((half) => half.toString('utf16le'))
  return mark === 'fffe' || mark === 'feff' || texts.some((text) => text.includes('-----BEGIN '))
}

function reads(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
