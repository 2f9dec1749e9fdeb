// Japanese that a shop wrote as UTF-8 through a connection that calls itself latin1: 架空 stands there as æž¶ç©º.

/** Windows-1252 from 80 to 9F, which MySQL means by latin1; the gaps are the bytes themselves. */
const UPPER = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d]/

/** Whether the text, byte by byte, is Japanese in UTF-8. */
export function isMojibake(text: string): boolean {
  const bytes: number[] = []
  for (const character of text) {
    const at = UPPER.indexOf(character)
    const byte = at < 0 ? (character.codePointAt(0) ?? 0) : 0x80 + at
    if (byte > 0xff) return false
    bytes.push(byte)
  }
  try {
    return JAPANESE.test(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes)))
  } catch {
    return false
  }
}
