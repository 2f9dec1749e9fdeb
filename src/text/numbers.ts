// Formats numbers, yen and times as staff read them. Grouping is done here: Intl follows the machine's settings.

/** A number, or its digits, in groups: `1,733`. */
export const grouped = (value: number | string): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** `1,733円` or `¥1,733`; `-480円` or `-¥480`. */
export const yen = (value: number, lang: 'ja' | 'en'): string => {
  const [sign, digits] = [value < 0 ? '-' : '', grouped(Math.abs(value))]
  return lang === 'ja' ? `${sign}${digits}円` : `${sign}¥${digits}`
}

/** ISO Japan time as the shop's list writes it: `2009/06/30 23:11`. */
export const listTime = (iso: string): string => iso.slice(0, 16).replaceAll('-', '/').replace('T', ' ')

/** ISO Japan time as `2009/06/30`. */
export const listDate = (iso: string): string => listTime(iso).slice(0, 10)
