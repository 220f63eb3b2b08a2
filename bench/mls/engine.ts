/** One engine as the measurements see it: a group of `size`, seen by its creator and by one other member. */
export interface Engine {
  /** Founds a group and adds `size - 1` others at once; keeps the creator and the last one added. */
  setUp(size: number): Promise<{ readonly addAll: number; readonly join: number }>;
  /** Fills the tree: this many members, spread over it, commit. */
  populate(commits: number): Promise<void>;
  /** The other member makes a commit and merges it; gives its duration and what the creator is to process. */
  commit(): Promise<{ readonly created: number; readonly processed: number }>;
  addOne(): Promise<number>;
  /** Encrypts and decrypts `count` messages of 1 KiB; milliseconds each. */
  messages(count: number): Promise<{ readonly encrypt: number; readonly decrypt: number }>;
  /** Size of the stored state of the creator. */
  stored(): number;
  /** Size of what one sent message adds to storage, where the engine has a journal. */
  journal(): Promise<number | undefined>;
}

export async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}
