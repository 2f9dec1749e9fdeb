// Decodes the settings file: what an editor of Windows has saved is read as it was meant. Nothing of the settings' checks
// is loaded for it.

/**
 * Settings that are a path. In a settings file a relative one goes by the file's own folder. The list stands here, where a
 * start reads it without the checks of all settings.
 */
export const PATH_SETTINGS: readonly string[] = [
  'PAYGENT_DB',
  'PAYGENT_STATE_DIR',
  'PAYGENT_CLIENT_CERT',
  'PAYGENT_CA_CERT',
  'PAYGENT_LOG',
  'PAYGENT_METRICS',
  'PAYGENT_REPORT_DIR',
]

/** The text of a settings file, and the encoding that it should not have; null for UTF-8. */
export interface SettingsText {
  readonly text: string
  readonly encoding: 'UTF-16' | 'not-utf-8' | null
}

/**
 * Decodes a settings file. What Windows saved as UTF-16 is read as it was meant, so that no command falls back to the
 * defaults without a word.
 */
export function decodeSettings(bytes: Uint8Array): SettingsText {
  const utf16 = utf16Of(bytes)
  // The decoders leave out a byte order mark, which would hide the first setting.
  if (utf16 !== null) return { text: new TextDecoder(utf16).decode(bytes), encoding: 'UTF-16' }
  const text = new TextDecoder().decode(bytes)
  return { text, encoding: isUtf8(bytes) ? null : 'not-utf-8' }
}

/** The byte order by its mark, or by a zero beside an ASCII letter: settings begin with one, or with a comment. */
function utf16Of([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le'
  return (first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)
    ? 'utf-16be'
    : null
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
