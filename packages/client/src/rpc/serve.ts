/** The device's end of a channel: it carries out what one client asks. One call for each client. */
import type { Commands, DeviceApi, Queries } from '../api.ts';
import { INTERNAL, problemOf } from '../problem.ts';
import type { Channel } from './channel.ts';
import { type Answer, parseRequest, type Request } from './messages.ts';
import { UNKNOWN_REQUEST } from './problem.ts';

type Watch = Extract<Request, { type: 'watch' }>;
type Call = Extract<Request, { type: 'call' }>;

/**
 * Serves `api` to the client at the other end until the channel closes or the returned function is called; then the
 * client's watches end. Commands under way finish, and their results are dropped.
 */
export function serveDevice(api: DeviceApi, channel: Channel): () => void {
  const watches = new Map<number, () => void>();
  let stopped = false;

  const answer = (message: Answer): void => {
    if (!stopped) postOr(channel, message, { type: 'error', id: message.id, problem: INTERNAL });
  };
  const stopListening = channel.listen((message) => {
    const request = parseRequest(message);
    if (request === undefined || stopped) return;
    if (request.type === 'call') void call(api, request).then(answer);
    else if (request.type === 'watch') beginWatch(request);
    else if (request.type === 'unwatch') endWatch(request.id);
    else answer({ type: 'error', id: request.id, problem: UNKNOWN_REQUEST });
  });
  const beginWatch = (request: Watch): void => {
    endWatch(request.id);
    watches.set(request.id, watch(api, request, answer));
  };
  const endWatch = (id: number): void => {
    watches.get(id)?.();
    watches.delete(id);
  };
  const stop = (): void => {
    stopped = true;
    stopListening();
    for (const id of [...watches.keys()]) endWatch(id);
  };
  void channel.closed?.then(stop);
  return stop;
}

async function call(api: DeviceApi, { id, command, input }: Call): Promise<Answer> {
  try {
    const value: unknown = await callUntyped(api, command, input);
    return value === undefined ? { type: 'result', id } : { type: 'result', id, value };
  } catch (error) {
    return { type: 'error', id, problem: problemOf(error) };
  }
}

/** The command's name and its input belong together as the client's types say: here they are only passed on. */
function callUntyped(api: DeviceApi, command: keyof Commands, input: unknown): Promise<unknown> {
  const parameters = (input === undefined ? [] : [input]) as Parameters<Commands[typeof command]>;
  return api.call(command, ...parameters);
}

function watch(api: DeviceApi, { id, query, input }: Watch, answer: (message: Answer) => void): () => void {
  try {
    return api.watch(query, input as Queries[typeof query]['input'], (value) => {
      answer({ type: 'value', id, value });
    });
  } catch (error) {
    answer({ type: 'error', id, problem: problemOf(error) });
    return () => undefined;
  }
}

/** A value that the channel cannot carry is our mistake: the client hears of it instead of waiting for ever. */
function postOr(channel: Channel, message: Answer, instead: Answer): void {
  try {
    channel.post(message);
  } catch {
    channel.post(instead);
  }
}
