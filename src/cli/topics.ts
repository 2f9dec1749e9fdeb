// Reads the section of a topic from the pages that come with the program.
import { AppError } from '../errors.js'
import { pageSection, type PageBlock } from '../text/markdown.js'
import type { Lang } from '../ui/screen.js'
import type { Topic } from '../ui/topics.js'
import { packageFile, readInput } from './files.js'

/** @throws AppError file-unreadable where the page is missing or has no such section */
export function topicBlocks({ sections }: Topic, lang: Lang): PageBlock[] {
  const { page, heading } = sections[lang]
  const path = packageFile(page)
  const blocks = pageSection(readInput(path).toString(), heading)
  if (blocks === null) throw new AppError('file-unreadable', { path, setting: '', problem: 'damaged' })
  return blocks
}
