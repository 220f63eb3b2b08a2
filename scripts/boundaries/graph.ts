/** The files of the checkout and what each imports, by dependency-cruiser, and what can be reached from where. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type IDependency, type IModule, type IViolation } from 'dependency-cruiser';
import { listFiles } from '../ground/files.mjs';
import { type Imports, importsOf } from './imports.ts';
import { rulesFor } from './rules.ts';

export interface Edge {
  readonly to: string;
  /** False where nothing is loaded into this thread: types, and files taken as a worker or by their address. */
  readonly value: boolean;
  /** Leads nowhere. */
  readonly lost: boolean;
}

export interface Graph {
  /** Paths of all files that there are to check, whether dependency-cruiser saw them or not. */
  readonly sources: readonly string[];
  /** By the path of the importing file; files of other packages are named by their path, and import nothing. */
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  readonly imports: ReadonlyMap<string, Imports>;
  /** Specifiers that dependency-cruiser saw, by file. */
  readonly seen: ReadonlyMap<string, ReadonlySet<string>>;
  readonly violations: readonly IViolation[];
}

const FOLDERS = ['packages', 'apps', 'e2e', 'bench', 'scripts'];
const EXTENSIONS = ['.ts', '.tsx', '.mts', '.js', '.mjs', '.json'];

/** Paths of all files that have imports. */
function sourcesOf(root: string): string[] {
  return FOLDERS.flatMap((folder) => listFiles(root, folder)).filter((file) =>
    /\.(tsx?|mts|mjs|js)$/.test(file),
  );
}

export async function readGraph(root: string): Promise<Graph> {
  const sources = sourcesOf(root);
  const { output } = await cruise(
    sources,
    {
      baseDir: root,
      parser: 'swc',
      validate: true,
      ruleSet: { forbidden: rulesFor(root) },
      doNotFollow: { path: 'node_modules' },
      tsPreCompilationDeps: true,
    },
    { exportsFields: ['exports'], conditionNames: ['import', 'default'], extensions: EXTENSIONS },
  );
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with text');
  const imports = new Map(
    sources.map((file) => [file, importsOf(file, readFileSync(join(root, file), 'utf8'))]),
  );
  const modules = output.modules.filter(({ source }) => imports.has(source));
  return {
    sources,
    edges: new Map(modules.map((module) => [module.source, edgesOf(module, imports.get(module.source))])),
    imports,
    seen: new Map(
      modules.map(({ source, dependencies }) => [source, new Set(dependencies.map(specifierOf))]),
    ),
    violations: output.summary.violations,
  };
}

function edgesOf({ dependencies }: IModule, imports: Imports | undefined): Edge[] {
  return dependencies.map((dependency) => {
    const specifier = specifierOf(dependency);
    const isValue = !specifier.includes('?') && imports?.values.has(specifier) !== false;
    return { to: dependency.resolved, value: isValue, lost: dependency.couldNotResolve };
  });
}

/** dependency-cruiser takes the scheme from the modules of Node. */
function specifierOf({ module, coreModule }: IDependency): string {
  return coreModule ? `node:${module.replace(/^node:/, '')}` : module;
}

/**
 * All that can be reached from `start`, itself included, each with the file through which it was reached first.
 *
 * @param follows which edges count
 */
export function reach(
  graph: Graph,
  start: string,
  follows: (edge: Edge) => boolean = () => true,
): Map<string, string | undefined> {
  const from = new Map<string, string | undefined>([[start, undefined]]);
  for (const [file] of from) {
    for (const edge of graph.edges.get(file) ?? []) {
      if (follows(edge) && !from.has(edge.to)) from.set(edge.to, file);
    }
  }
  return from;
}

/** The files on the way that {@link reach} took to `file`, its start first. */
export function wayTo(reached: ReadonlyMap<string, string | undefined>, file: string): string[] {
  const before = reached.get(file);
  return before === undefined ? [file] : [...wayTo(reached, before), file];
}

/** The ways round by which files import themselves by values, each told once, from the first of its files on. */
export function cyclesIn(graph: Graph): string[][] {
  const cycles = new Map<string, string[]>();
  for (const start of [...graph.edges.keys()].sort()) {
    const reached = reach(graph, start, (edge) => edge.value);
    const last = [...reached.keys()].find((file) =>
      graph.edges.get(file)?.some((edge) => edge.value && edge.to === start),
    );
    if (last === undefined) continue;
    const way = wayTo(reached, last);
    const members = [...way].sort().join();
    if (!cycles.has(members)) cycles.set(members, way);
  }
  return [...cycles.values()];
}
