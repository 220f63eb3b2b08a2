import { useNavigate, useRouter, useRouterState, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';

declare module '@tanstack/history' {
  interface HistoryState {
    /** The step before this one is the same conversation without its details. */
    readonly openedDetails?: boolean;
  }
}

/**
 * Whether the details of the conversation are open, and what opens and closes them. Opening is a step of the history,
 * so that Back closes them; closing takes that step back, so that Back does not open them again.
 */
export function useDetails(id: string): { open: boolean; setOpen: (open: boolean) => void } {
  const open = useSearch({ from: '/signed-in/chats/$id' }).details === true;
  const stepBack = useRouterState({ select: ({ location }) => location.state.openedDetails === true });
  const { history } = useRouter();
  const navigate = useNavigate();
  // Going back takes a moment: a second press meanwhile must not go back further.
  const moving = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change is where a movement has ended.
  useEffect(() => {
    moving.current = false;
  }, [open]);
  const setOpen = useCallback(
    (next: boolean) => {
      if (moving.current || next === open) return;
      moving.current = true;
      const here = { to: '/chats/$id', params: { id } } as const;
      if (next) void navigate({ ...here, search: { details: true }, state: { openedDetails: true } });
      else if (stepBack) history.back();
      else void navigate({ ...here, search: {}, replace: true });
    },
    [navigate, history, id, open, stepBack],
  );
  return { open, setOpen };
}
