/** How components reach the device: live queries and commands. It holds no key; neither does anything in the page. */
import type { Commands, DeviceApi, Problem, Queries, Session } from '@sotto/client/api';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { LiveQueries } from './live.ts';
import { problemOf } from './problem.ts';

const Context = createContext<{ device: DeviceApi; live: LiveQueries } | null>(null);

export function DeviceProvider(props: { device: DeviceApi; children: ReactNode }) {
  const { device } = props;
  const value = useMemo(() => ({ device, live: new LiveQueries(device) }), [device]);
  return <Context value={value}>{props.children}</Context>;
}

function useContextValue() {
  const value = useContext(Context);
  if (value === null) throw new Error('A component was rendered outside DeviceProvider.');
  return value;
}

export function useDevice(): DeviceApi {
  return useContextValue().device;
}

/** The present value of a live query; undefined until it is there. */
export function useLive<K extends keyof Queries>(
  query: K,
  input: Queries[K]['input'],
): Queries[K]['value'] | undefined {
  const store = useContextValue().live.store(query, input);
  return useSyncExternalStore(store.subscribe, store.read);
}

type SignedIn = Extract<Session, { state: 'signed-in' }>;

/** The session, where the frame has made sure that somebody is signed in; undefined for the moment in between. */
export function useSignedIn(): SignedIn | undefined {
  const session = useLive('session', null);
  return session?.state === 'signed-in' ? session : undefined;
}

export interface Act<Input extends unknown[], Result> {
  /** Runs it; undefined when it failed, and then `problem` says why. A second run while one is under way is not made. */
  run(...input: Input): Promise<Result | undefined>;
  readonly busy: boolean;
  readonly problem: Problem | null;
  clear(): void;
}

/** An asynchronous act with its state, for a button or a form. */
export function useAct<Input extends unknown[], Result>(
  act: (...input: Input) => Promise<Result>,
): Act<Input, Result> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
  const latest = useRef(act);
  latest.current = act;
  const run = useCallback(async (...input: Input): Promise<Result | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      return await latest.current(...input);
    } catch (error) {
      setProblem(problemOf(error));
      return undefined;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setProblem(null), []);
  return { run, busy, problem, clear };
}

type Input<K extends keyof Commands> = Parameters<Commands[K]>;
type Result<K extends keyof Commands> = Commands[K] extends (...input: never) => Promise<infer Value>
  ? Value
  : never;

/** One command of the device as an act. */
export function useCommand<K extends keyof Commands>(command: K): Act<Input<K>, Result<K>> {
  const device = useDevice();
  // Every command returns a promise of its result, which TypeScript does not see for a K that is still open.
  return useAct((...input: Input<K>) => device.call(command, ...input) as Promise<Result<K>>);
}
