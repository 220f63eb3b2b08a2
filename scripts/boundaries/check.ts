/** Every check of the boundaries, over what graph.ts read. Each names its rule, so that a test can plant a violation. */
import { cyclesIn, type Graph, reach, readGraph, wayTo } from './graph.ts';
import { CRYPTO, KEYLESS, TEST, WEB } from './table.ts';

export interface Violation {
  readonly rule: string;
  /** The file at fault. */
  readonly file: string;
  readonly why: string;
}

export interface Result {
  readonly files: number;
  readonly imports: number;
  readonly violations: readonly Violation[];
}

/** @param root of a checkout */
export async function checkBoundaries(root: string): Promise<Result> {
  const graph = await readGraph(root);
  const violations = [
    ...unseen(graph),
    ...graph.violations.map(({ rule, from, to }) => ({ rule: rule.name, file: from, why: `imports ${to}` })),
    ...lost(graph),
    ...cycles(graph),
    ...unclassified(graph),
    ...secretsBehindDoors(graph),
    ...secretsInServer(graph),
    ...valuesInPage(graph),
    ...secretsInPage(graph),
  ];
  const imports = [...graph.edges.values()].reduce((sum, edges) => sum + edges.length, 0);
  return { files: graph.edges.size, imports, violations };
}

/** Nothing passes by not being looked at: without @swc/core dependency-cruiser finds no imports, and no fault. */
export function unseen(graph: Pick<Graph, 'sources' | 'imports' | 'seen'>): Violation[] {
  return graph.sources.flatMap((file) => {
    const seen = graph.seen.get(file);
    if (seen === undefined) return [{ rule: 'seen', file, why: 'was not read by dependency-cruiser' }];
    const { all, computed } = graph.imports.get(file) ?? { all: new Set<string>(), computed: false };
    const missed = [...all].filter(
      (specifier) => !seen.has(specifier) && !isTypeQuery(graph, file, specifier),
    );
    return [
      ...missed.map((specifier) => ({ rule: 'seen', file, why: `imports ${specifier}, unseen` })),
      ...(computed && !isTest(file)
        ? [{ rule: 'computed', file, why: 'imports what is only known at run time' }]
        : []),
    ];
  });
}

/** `import('x').T` as a type, which is gone at run time. */
function isTypeQuery(graph: Pick<Graph, 'imports'>, file: string, specifier: string): boolean {
  return graph.imports.get(file)?.values.has(specifier) === false;
}

/** An import that leads nowhere cannot be checked. Vite answers for what it makes up itself. */
function lost(graph: Graph): Violation[] {
  return [...graph.edges].flatMap(([file, edges]) =>
    edges
      .filter((edge) => edge.lost && edge.value && !edge.to.startsWith('virtual:'))
      .map(({ to }) => ({ rule: 'resolved', file, why: `imports ${to}, which is not there` })),
  );
}

function cycles(graph: Graph): Violation[] {
  return cyclesIn(graph).map((way) => ({
    rule: 'cycle',
    file: way[0] ?? '',
    why: `imports itself: ${[...way, way[0]].join(' → ')}`,
  }));
}

function unclassified(graph: Graph): Violation[] {
  const known = new Set([...CRYPTO.open, ...CRYPTO.secret].map((name) => `${CRYPTO.folder}${name}.ts`));
  const files = [...graph.edges.keys()].filter((file) => file.startsWith(CRYPTO.folder) && !isTest(file));
  return files
    .filter((file) => !known.has(file))
    .map((file) => ({
      rule: 'classified',
      file,
      why: 'is neither open nor secret in scripts/boundaries/table.ts',
    }));
}

/** A public entry reaches public files only. */
function secretsBehindDoors(graph: Graph): Violation[] {
  return KEYLESS.doors.flatMap((door) => forbiddenFrom(graph, door, 'public', isSecret));
}

/** What the server reaches in the packages is what their public entries reach. */
function secretsInServer(graph: Graph): Violation[] {
  const open = new Set(KEYLESS.doors.flatMap((door) => [...reach(graph, door).keys()]));
  const isForbidden = (file: string) => isSecret(file) || (isGuarded(file) && !open.has(file));
  return sourcesIn(graph, KEYLESS.server).flatMap((file) =>
    forbiddenFrom(graph, file, 'server', isForbidden),
  );
}

/** What the page imports from the client itself. */
function valuesInPage(graph: Graph): Violation[] {
  return pageFiles(graph).flatMap((file) =>
    (graph.edges.get(file) ?? [])
      .filter(({ to }) => to.startsWith(WEB.client))
      .filter(({ to, value }) => !(value ? WEB.values : WEB.types).some((allowed) => to.startsWith(allowed)))
      .map(({ to, value }) => ({
        rule: 'page',
        file,
        why: `imports ${value ? 'values' : 'types'} from ${to}`,
      })),
  );
}

/** What the page reaches at run time, through whatever it imports; the worker is no part of it. */
function secretsInPage(graph: Graph): Violation[] {
  const isForbidden = (file: string) => isSecret(file) || file === WEB.worker;
  return pageFiles(graph).flatMap((file) => forbiddenFrom(graph, file, 'page', isForbidden, true));
}

function pageFiles(graph: Graph): string[] {
  return sourcesIn(graph, WEB.folder).filter((file) => file !== WEB.worker);
}

/** One violation for each forbidden file that can be reached, with the way to it. */
function forbiddenFrom(
  graph: Graph,
  start: string,
  rule: string,
  isForbidden: (file: string) => boolean,
  valuesOnly = false,
): Violation[] {
  const reached = reach(graph, start, (edge) => edge.value || !valuesOnly);
  return [...reached.keys()]
    .filter(isForbidden)
    .map((file) => ({ rule, file: start, why: `reaches ${wayTo(reached, file).slice(1).join(' → ')}` }));
}

function isSecret(file: string): boolean {
  return (
    CRYPTO.secret.some((name) => file === `${CRYPTO.folder}${name}.ts`) ||
    KEYLESS.engine.some((entry) => file === entry) ||
    KEYLESS.vendors.some((vendor) => file.includes(`node_modules/${vendor}/`))
  );
}

function isGuarded(file: string): boolean {
  return KEYLESS.guarded.some((folder) => file.startsWith(folder));
}

function sourcesIn(graph: Graph, folder: string): string[] {
  return [...graph.edges.keys()].filter((file) => file.startsWith(folder) && !isTest(file));
}

function isTest(file: string): boolean {
  return new RegExp(TEST).test(file);
}
