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

/** An ISO Japan day or time as `06/30`, and as `09/06/30` where it is of another year than `today` (`YYYY-MM-DD`). */
export const shortDate = (iso: string, today: string): string =>
  listDate(iso).slice(iso.slice(0, 4) === today.slice(0, 4) ? 5 : 2)
