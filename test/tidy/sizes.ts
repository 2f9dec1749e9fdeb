// Checks the length of files and functions, and the names of files.
import ts from 'typescript'
import { finding, lineAt, nodesOf, type Finding, type Source } from './source.js'

const FILE_LINES = 400
/** Tables of texts in both languages: one entry follows another, so their length costs a reader nothing. */
const TEXT_TABLE = /^src\/ui\/[a-z-]+-texts\.ts$/
const FUNCTION_LINES = 60

const linesOf = (text: string): number => text.replace(/\n$/, '').split('\n').length

export function checkSizes(source: Source): Finding[] {
  const { file, path, text } = source
  const lines = linesOf(text)
  const found: Finding[] =
    lines > FILE_LINES && !TEXT_TABLE.test(path) ? [{ rule: 'file-size', path, line: 1, what: `${lines} lines` }] : []
  for (const node of nodesOf(file)) {
    if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) continue
    const length = lineAt(file, node.end) - lineAt(file, node.getStart(file)) + 1
    if (length > FUNCTION_LINES)
      found.push(finding('function-size', source, node, `${functionName(node)}: ${length} lines`))
  }
  return found
}

function functionName(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText()
  const { parent } = node
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent) ? parent.name.getText() : 'a function'
}

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/
const SAYS_NOTHING = /^(utils?|helpers?|common)$/

/** Folders and file names are kebab-case nouns; a name such as `utils` says nothing of what is inside. */
export function checkName(path: string): Finding[] {
  const parts = path.split('/').slice(1)
  const last = parts.pop() ?? ''
  const names = [...parts, last.replace(/\.ts$/, '')]
  const wrong = names.flatMap((name) => {
    if (!KEBAB.test(name)) return [`${name} is not kebab-case`]
    return SAYS_NOTHING.test(name) ? [`${name} says nothing`] : []
  })
  if (!last.endsWith('.ts')) wrong.push(`${last} is not TypeScript`)
  return wrong.map((what) => ({ rule: 'name', path, line: 1, what }))
}
