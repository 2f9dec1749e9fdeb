// Holds the text of every certificate file that cannot be used: what is the matter with it, and what mends it. A
// command to mend it is shown and never run.
import type { CertificateProblem } from '../errors.js'
import { quoted } from '../text/shells.js'
import type { ErrorFacts, ErrorText } from './error-texts.js'
import { bothLanguages } from './screen.js'

type CertificateTexts = Readonly<Record<CertificateProblem, ErrorText>>

/** The file that the shown command makes, beside the old one: client.p12 → client-new.pem */
const mended = (path: string): string => quoted(`${path.replace(/\.[^./]*$/, '')}-new.pem`)

/** The commands by which a file becomes one that can be used. They ask for the pass phrases themselves. */
const COMMANDS = {
  twoByteText: (path: string) => `(umask 077; iconv -f UTF-16 -t UTF-8 ${quoted(path)} > ${mended(path)})`,
  der: (path: string) => `openssl x509 -inform der -in ${quoted(path)} -out ${mended(path)}`,
  oldCipher: (path: string) =>
    `(umask 077; sed -n '/-BEGIN CERT/,/-END CERT/p' ${quoted(path)} > ${mended(path)}; openssl pkey -provider legacy -provider default -in ${quoted(path)} -aes256 >> ${mended(path)})`,
  oldContainer: (path: string) => `openssl pkcs12 -legacy -in ${quoted(path)} -out ${mended(path)}`,
} as const

const isAuthority = ({ setting }: ErrorFacts): boolean => setting === 'PAYGENT_CA_CERT'

const BOTH_JA = 'PAYGENT_CLIENT_CERT に、証明書と秘密鍵の両方が入ったファイル（PEM か p12）を指定してください。'
const CA_JA = 'PAYGENT_CA_CERT に、ペイジェントの CA証明書（PEM）を指定してください。'
const wholeJa = (facts: ErrorFacts): string => (isAuthority(facts) ? CA_JA : BOTH_JA)
const runJa = ({ setting }: ErrorFacts, shell: string) => ({
  next: `次のコマンドを実行し、できたファイルを ${setting} に指定してください：`,
  shell,
})
const againJa = 'ペイジェントから受け取ったファイルを、もう一度そのままコピーしてください。'

const JA: CertificateTexts = {
  empty: ({ what, path }) => ({ message: `${what}のファイルが空です：${path}`, next: againJa }),
  'two-byte-text': (facts) => ({
    message: `${facts.what}のファイルが UTF-16 で保存されています：${facts.path}`,
    ...runJa(facts, COMMANDS.twoByteText(facts.path)),
  }),
  der: (facts) => ({
    message: isAuthority(facts)
      ? `CA証明書がバイナリ形式（DER）です：${facts.path}`
      : `クライアント証明書がバイナリ形式（DER）で、秘密鍵が入っていません：${facts.path}`,
    ...(isAuthority(facts) ? runJa(facts, COMMANDS.der(facts.path)) : { next: BOTH_JA }),
  }),
  'der-key': (facts) => ({
    message: `証明書ではなく、バイナリ形式（DER）の秘密鍵だけが入っています：${facts.path}`,
    next: wholeJa(facts),
  }),
  container: ({ path }) => ({
    message: `CA証明書として p12 が指定されています：${path}`,
    next: `${CA_JA}p12 は PAYGENT_CLIENT_CERT に指定するファイルです。`,
  }),
  'run-together': ({ what, path }) => ({
    message: `${what}のファイルに改行の抜けた行があります：${path}`,
    next: '-----BEGIN … と -----END … の行がそれぞれ1行になるように、前後に改行を入れてください。',
  }),
  'no-certificate': (facts) => ({
    message: `${facts.what}のファイルに証明書が入っていません：${facts.path}`,
    next: wholeJa(facts),
  }),
  'no-key': ({ path }) => ({
    message: `クライアント証明書のファイルに秘密鍵が入っていません：${path}`,
    next: BOTH_JA,
  }),
  mismatch: ({ path }) => ({
    message: `秘密鍵が、同じファイルにある証明書のものではありません：${path}`,
    next: '証明書と、その証明書のために作られた秘密鍵を、1つのファイルに入れてください。',
  }),
  'ca-first': ({ path, name }) => ({
    message: `ファイルの先頭が、クライアント証明書ではなく発行元（CA）の証明書です：${path}`,
    next: `クライアント証明書（${name}）のブロックを、ファイルの先頭に移してください。`,
  }),
  'chain-reversed': ({ path, name }) => ({
    message: `証明書の並びが逆です：${path}`,
    next: `クライアント証明書（${name}）、その発行元、さらにその発行元の順に並べ直してください。`,
  }),
  'old-cipher': (facts) => ({
    message: `秘密鍵の暗号方式が古く（DES、RC2、MD5 など）、OpenSSL 3 では開けません：${facts.path}`,
    ...runJa(facts, COMMANDS.oldCipher(facts.path)),
  }),
  'old-container': (facts) => ({
    message: `p12 の暗号方式が古く（RC2 など）、OpenSSL 3 では開けません：${facts.path}`,
    ...runJa(facts, COMMANDS.oldContainer(facts.path)),
  }),
  'too-weak': ({ path, code }) => ({
    message: `証明書の鍵か署名の方式が弱く、OpenSSL 3 では使えません：${path}（${code}）`,
    next: 'ペイジェントに新しい証明書の発行を依頼してください。',
  }),
  expired: ({ what, path, date, setting }) => ({
    message: `${what}の期限が ${date.replaceAll('-', '/')} に切れました：${path}`,
    next: `新しい証明書を入手し、${setting} に指定してください。`,
  }),
  'not-yet-valid': ({ what, path, date }) => ({
    message: `${what}は ${date.replaceAll('-', '/')} からでないと使えません：${path}`,
    next: 'このコンピューターの日付と時刻を合わせてください。合っている場合は、その日まで以前の証明書を使ってください。',
  }),
  unreadable: ({ what, path, code }) => ({
    message: `${what}のファイルを読み取れません。壊れているおそれがあります：${path}${code && `（${code}）`}`,
    next: againJa,
  }),
}

const BOTH_EN = 'Set PAYGENT_CLIENT_CERT to a file that holds both the certificate and its key (PEM or p12).'
const CA_EN = "Set PAYGENT_CA_CERT to Paygent's CA certificate (PEM)."
const wholeEn = (facts: ErrorFacts): string => (isAuthority(facts) ? CA_EN : BOTH_EN)
const runEn = ({ setting }: ErrorFacts, shell: string) => ({
  next: `Run this command and set ${setting} to the file that it makes:`,
  shell,
})
const againEn = 'Copy the file that Paygent gave you once more, as it is.'

const EN: typeof JA = {
  empty: ({ what, path }) => ({ message: `The file of the ${what} is empty: ${path}`, next: againEn }),
  'two-byte-text': (facts) => ({
    message: `The file of the ${facts.what} is saved as UTF-16: ${facts.path}`,
    ...runEn(facts, COMMANDS.twoByteText(facts.path)),
  }),
  der: (facts) => ({
    message: isAuthority(facts)
      ? `The CA certificate is in binary form (DER): ${facts.path}`
      : `The client certificate is in binary form (DER) and has no key with it: ${facts.path}`,
    ...(isAuthority(facts) ? runEn(facts, COMMANDS.der(facts.path)) : { next: BOTH_EN }),
  }),
  'der-key': (facts) => ({
    message: `The file holds a key in binary form (DER) and no certificate: ${facts.path}`,
    next: wholeEn(facts),
  }),
  container: ({ path }) => ({
    message: `A p12 is given as the CA certificate: ${path}`,
    next: `${CA_EN} A p12 belongs in PAYGENT_CLIENT_CERT.`,
  }),
  'run-together': ({ what, path }) => ({
    message: `A line break is missing in the file of the ${what}: ${path}`,
    next: 'Put a line break before and after each -----BEGIN … and -----END … so that each is one line.',
  }),
  'no-certificate': (facts) => ({
    message: `There is no certificate in the file of the ${facts.what}: ${facts.path}`,
    next: wholeEn(facts),
  }),
  'no-key': ({ path }) => ({
    message: `There is no private key in the file of the client certificate: ${path}`,
    next: BOTH_EN,
  }),
  mismatch: ({ path }) => ({
    message: `The key is not that of the certificate in the same file: ${path}`,
    next: 'Put the certificate and the key that was made for it into one file.',
  }),
  'ca-first': ({ path, name }) => ({
    message: `The file begins with the certificate of the issuer (CA) and not with the client's: ${path}`,
    next: `Move the block of the client certificate (${name}) to the beginning of the file.`,
  }),
  'chain-reversed': ({ path, name }) => ({
    message: `The certificates stand the wrong way round: ${path}`,
    next: `Put the client certificate (${name}) first, then its issuer, then that one's issuer.`,
  }),
  'old-cipher': (facts) => ({
    message: `The key is encrypted in a way that is too old for OpenSSL 3 (DES, RC2, MD5 or the like): ${facts.path}`,
    ...runEn(facts, COMMANDS.oldCipher(facts.path)),
  }),
  'old-container': (facts) => ({
    message: `The p12 is encrypted in a way that is too old for OpenSSL 3 (RC2 or the like): ${facts.path}`,
    ...runEn(facts, COMMANDS.oldContainer(facts.path)),
  }),
  'too-weak': ({ path, code }) => ({
    message: `The key or the signature of the certificate is too weak for OpenSSL 3: ${path} (${code})`,
    next: 'Ask Paygent for a new certificate.',
  }),
  expired: ({ what, path, date, setting }) => ({
    message: `The ${what} ended on ${date}: ${path}`,
    next: `Get a new certificate and set ${setting} to it.`,
  }),
  'not-yet-valid': ({ what, path, date }) => ({
    message: `The ${what} is not good before ${date}: ${path}`,
    next: "Set this machine's date and time. If they are right, use the earlier certificate until that day.",
  }),
  unreadable: ({ what, path, code }) => ({
    message: `The file of the ${what} cannot be read, it may be damaged: ${path}${code && ` (${code})`}`,
    next: againEn,
  }),
}

export const CERTIFICATE_TEXTS = bothLanguages(JA, EN)
