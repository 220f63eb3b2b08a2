/**
 * What a file imports, read from its syntax tree: whether each import is of values or of types alone, which
 * dependency-cruiser cannot tell by @swc/core, and those that it overlooks.
 */
import { parseSync } from '@swc/core';

export interface Imports {
  /** What is there at run time. */
  readonly values: ReadonlySet<string>;
  /** All of them. */
  readonly all: ReadonlySet<string>;
  /** Whether one is computed at run time, so that no check can follow it. */
  readonly computed: boolean;
}

/**
 * @param path decides by its ending whether there is JSX
 * @throws when the source is no TypeScript
 */
export function importsOf(path: string, source: string): Imports {
  const tree = parseSync(source, { syntax: 'typescript', tsx: path.endsWith('x'), target: 'es2024' });
  const values = new Set<string>();
  const all = new Set<string>();
  let computed = false;
  for (const node of nodesOf(tree)) {
    const found = importOf(node);
    if (found === undefined) continue;
    if (found.specifier === undefined) computed = true;
    else all.add(found.specifier);
    if (found.specifier !== undefined && !found.typeOnly) values.add(found.specifier);
  }
  return { values, all, computed };
}

type Node = Readonly<Record<string, unknown>>;

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
  } else if (isNode(value)) {
    yield value;
    for (const key in value) yield* nodesOf(value[key]);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Found {
  readonly specifier: string | undefined;
  readonly typeOnly: boolean;
}

/** `import { type T }` counts as a value: under verbatimModuleSyntax the module is still loaded. */
function importOf(node: Node): Found | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return isNode(node.source)
        ? { specifier: text(node.source), typeOnly: node.typeOnly === true }
        : undefined;
    case 'TsImportType':
      return { specifier: text(node.argument), typeOnly: true };
    case 'TsExternalModuleReference':
      return { specifier: text(node.expression), typeOnly: false };
    case 'CallExpression':
      return isImportCall(node) ? { specifier: argument(node), typeOnly: false } : undefined;
    default:
      return undefined;
  }
}

function isImportCall({ callee }: Node): boolean {
  return isNode(callee) && (callee.type === 'Import' || callee.value === 'require');
}

function argument({ arguments: list }: Node): string | undefined {
  const [first]: unknown[] = Array.isArray(list) ? list : [];
  return isNode(first) ? text(first.expression) : undefined;
}

function text(node: unknown): string | undefined {
  if (!isNode(node) || node.type !== 'StringLiteral') return undefined;
  return typeof node.value === 'string' ? node.value : undefined;
}
