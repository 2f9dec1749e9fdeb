// Presents one source file to the checks.
import { posix } from 'node:path'
import ts from 'typescript'

export interface Finding {
  readonly rule: string
  readonly path: string
  /** Counted from 1. */
  readonly line: number
  readonly what: string
}

/** Path from the project root with `/`, such as `src/domain/order.ts`, and its text. */
export type Sources = Readonly<Record<string, string>>

export interface Import {
  readonly specifier: string
  /** Gone after compiling: `import type`, `export type … from`, `import('…')` in a type. */
  readonly typeOnly: boolean
  /** `await import('…')`. */
  readonly dynamic: boolean
  readonly node: ts.Node
  /** Path of ours that a relative specifier means; null for a package or a builtin. */
  readonly target: string | null
}

export interface Source {
  readonly path: string
  readonly text: string
  readonly file: ts.SourceFile
  readonly imports: readonly Import[]
}

export function parse(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS)
  return { path, text, file, imports: importsOf(path, file) }
}

/** Every node of the tree, the root first. */
export function* nodesOf(root: ts.Node): Generator<ts.Node> {
  yield root
  const children: ts.Node[] = []
  ts.forEachChild(root, (child) => void children.push(child))
  for (const child of children) yield* nodesOf(child)
}

export const lineAt = (file: ts.SourceFile, position: number): number =>
  file.getLineAndCharacterOfPosition(position).line + 1

export const finding = (rule: string, { path, file }: Source, node: ts.Node, what: string): Finding => ({
  rule,
  path,
  line: lineAt(file, node.getStart(file)),
  what,
})

function importsOf(path: string, file: ts.SourceFile): Import[] {
  const found: Import[] = []
  for (const node of nodesOf(file)) {
    const seen = specifierOf(node)
    if (seen) found.push({ ...seen, node, target: resolve(path, seen.specifier) })
  }
  return found
}

type Seen = Pick<Import, 'specifier' | 'typeOnly' | 'dynamic'>

function specifierOf(node: ts.Node): Seen | null {
  if (ts.isImportDeclaration(node)) return seen(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false, false)
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return seen(node.moduleSpecifier, node.isTypeOnly, false)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return seen(node.argument.literal, true, false)
  if (ts.isExternalModuleReference(node)) return seen(node.expression, false, false)
  if (!ts.isCallExpression(node)) return null
  const [argument] = node.arguments
  if (!argument) return null
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return seen(argument, false, true)
  return ts.isIdentifier(node.expression) && node.expression.text === 'require' ? seen(argument, false, false) : null
}

const seen = (node: ts.Node, typeOnly: boolean, dynamic: boolean): Seen => ({
  specifier: ts.isStringLiteralLike(node) ? node.text : node.getText(),
  typeOnly,
  dynamic,
})

function resolve(path: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')
}
