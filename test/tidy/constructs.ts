// Finds the constructs that no source may contain.
import ts from 'typescript'
import { finding, lineAt, nodesOf, type Finding, type Source } from './source.js'

type Check = (node: ts.Node, source: Source) => string | null

const nameOf = (node: ts.Expression): string =>
  ts.isIdentifier(node) ? node.text : ts.isPropertyAccessExpression(node) ? node.name.text : ''

/** `process.env`, `process['env']`, `globalThis.process.env`: the object and the member read. */
function member(node: ts.Node): readonly [string, string] | null {
  if (ts.isPropertyAccessExpression(node)) return [nameOf(node.expression), node.name.text]
  if (!ts.isElementAccessExpression(node)) return null
  const { argumentExpression } = node
  return [nameOf(node.expression), ts.isStringLiteralLike(argumentExpression) ? argumentExpression.text : '?']
}

/** Names taken out of an object, `const { env } = process`, or imported from its module. */
function takenOut(node: ts.Node): readonly [string, string][] {
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && node.initializer) {
    const from = nameOf(node.initializer)
    return node.name.elements.map((element) => [from, (element.propertyName ?? element.name).getText()] as const)
  }
  if (!ts.isImportSpecifier(node)) return []
  const from = node.parent.parent.parent.moduleSpecifier
  const module = ts.isStringLiteral(from) ? from.text.replace(/^node:/, '') : ''
  return [[module, (node.propertyName ?? node.name).text]]
}

const reads = (node: ts.Node, object: string, name: string): boolean =>
  [member(node), ...takenOut(node)].some((each) => each?.[0] === object && each[1] === name)

const environment: Check = (node, { path }) =>
  path !== 'src/cli/context.ts' && reads(node, 'process', 'env') ? 'process.env outside src/cli/context.ts' : null

const time: Check = (node, { path }) => {
  if (path === 'src/clock.ts') return null
  if (reads(node, 'Date', 'now')) return 'Date.now outside src/clock.ts'
  const called = ts.isCallExpression(node) && ts.isIdentifier(node.expression)
  const built = ts.isNewExpression(node) && (node.arguments?.length ?? 0) === 0
  return (called || built) && nameOf(node.expression) === 'Date' ? 'the time of now outside src/clock.ts' : null
}

const consoleUse: Check = (node) => {
  if (!ts.isIdentifier(node) || node.text !== 'console') return null
  const { parent } = node
  const global = ts.isPropertyAccessExpression(parent) && parent.name === node
  if (global) return nameOf(parent.expression) === 'globalThis' ? 'console' : null
  const named = (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node
  return named ? null : 'console'
}

const isDefault = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)

const defaultExport: Check = (node) => {
  const named = ts.isExportSpecifier(node) && node.name.text === 'default'
  return named || ts.isExportAssignment(node) || isDefault(node) ? 'a default export' : null
}

const exportStar: Check = (node) =>
  ts.isExportDeclaration(node) && (!node.exportClause || ts.isNamespaceExport(node.exportClause)) ? 'export *' : null

const enumeration: Check = (node) => (ts.isEnumDeclaration(node) ? `enum ${node.name.text}` : null)

const anyType: Check = (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? 'any' : null)

const CHECKS: Readonly<Record<string, Check>> = {
  environment,
  time,
  console: consoleUse,
  'default-export': defaultExport,
  'export-star': exportStar,
  enum: enumeration,
  any: anyType,
}

export function checkConstructs(source: Source): Finding[] {
  const found: Finding[] = []
  for (const node of nodesOf(source.file)) {
    for (const [rule, check] of Object.entries(CHECKS)) {
      const what = check(node, source)
      if (what !== null) found.push(finding(rule, source, node, what))
    }
  }
  return found
}

const SILENCERS = /@?ts-(ignore|expect-error|nocheck)|(eslint|oxlint)-disable/

export function checkComments(source: Source): Finding[] {
  const { file, path, text } = source
  const silenced = commentsOf(source).flatMap(({ pos, end }) => {
    const match = SILENCERS.exec(text.slice(pos, end))
    return match ? [{ rule: 'silencer', path, line: lineAt(file, pos), what: match[0] }] : []
  })
  const undone = [...text.matchAll(/\b(TODO|FIXME)\b/g)].map((match) => ({
    rule: 'undone',
    path,
    line: lineAt(file, match.index),
    what: match[0],
  }))
  return [...silenced, ...undone]
}

/** Comments hang between tokens; each is met from both sides and kept once. */
function commentsOf({ file, text }: Source): ts.CommentRange[] {
  const found = new Map<number, ts.CommentRange>()
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file)
    for (const child of children) visit(child)
    if (children.length > 0) return
    const around = [ts.getLeadingCommentRanges(text, node.pos), ts.getTrailingCommentRanges(text, node.end)]
    for (const range of around.flatMap((ranges) => ranges ?? [])) found.set(range.pos, range)
  }
  visit(file)
  return [...found.values()]
}
