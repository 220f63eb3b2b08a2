import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { DeviceApi } from '@sotto/client/api';
import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { useAct, useDevice, useLive } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import styles from './Switcher.module.css';
import { type Action, type Entry, entriesFor } from './switcher-entries.ts';

/** Ctrl K: everything by a few letters. Arrows choose, Enter goes. */
export default function Switcher(props: { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const entries = entriesFor(typed, useLive('conversations', null) ?? [], useLive('people', null) ?? []);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const go = useGo(props.onClose);
  const at = Math.min(chosen, entries.length - 1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one stays in view, also as the list changes.
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, typed]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const entry = entries[at];
    if (step !== 0) setChosen((at + step + entries.length) % Math.max(1, entries.length));
    else if (event.key === 'Enter' && entry !== undefined) void go.run(entry);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Go to" shape="palette" onClose={props.onClose}>
      <div className={styles.find}>
        <IconSearch size={20} stroke={1.6} aria-hidden="true" />
        <input
          role="combobox"
          aria-label="Go to"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={entries[at] === undefined ? undefined : `${listId}-${at}`}
          placeholder="A person, an address, an action"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setChosen(0);
            go.clear();
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ProblemBox problem={go.problem} />
      <div ref={list} id={listId} className={styles.list} role="listbox" aria-label="Results">
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard.
          // biome-ignore lint/a11y/useFocusableInteractive: options are chosen through the field's active descendant.
          <div
            key={entry.key}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            className={styles.entry}
            onPointerMove={() => setChosen(index)}
            onClick={() => go.run(entry)}
          >
            {'address' in entry ? (
              <Avatar address={entry.address} size="small" />
            ) : (
              <span className={styles.icon}>
                <IconArrowRight size={18} stroke={1.6} aria-hidden="true" />
              </span>
            )}
            <span className={styles.title}>{entry.title}</span>
            <span className={styles.hint}>{entry.hint}</span>
          </div>
        ))}
      </div>
      {entries.length === 0 && (
        <p className={styles.none} role="status">
          Nothing found. A whole address starts a new conversation.
        </p>
      )}
    </Dialog>
  );
}

function useGo(onClose: () => void) {
  const device = useDevice();
  const navigate = useNavigate();
  const act = useActions();
  return useAct(async (entry: Entry) => {
    const id = await conversationOf(device, entry);
    // Closed first: while it is open, nothing behind it can take the focus.
    onClose();
    if (entry.kind === 'action') await act(entry.action);
    else if (entry.kind === 'blocked')
      await navigate({ to: '/settings/$section', params: { section: 'blocked' } });
    else if (id !== null) await navigate({ to: '/chats/$id', params: { id } });
  });
}

/** The conversation that an entry leads to, begun where there is none; null where it leads elsewhere. */
async function conversationOf(device: DeviceApi, entry: Entry): Promise<string | null> {
  if (entry.kind === 'action' || entry.kind === 'blocked') return null;
  if (entry.kind === 'conversation') return entry.id;
  return (await device.call('startConversation', { address: entry.address })).id;
}

function useActions(): (action: Action) => Promise<void> {
  const navigate = useNavigate();
  const scheme = useMantineColorScheme({ keepTransitions: true });
  const now = useComputedColorScheme('light');
  return async (action) => {
    if (action === 'new') return await navigate({ to: '/chats/new' });
    if (action === 'appearance') return scheme.setColorScheme(now === 'dark' ? 'light' : 'dark');
    if (action === 'settings') return await navigate({ to: '/settings' });
    const section = action === 'devices' ? 'devices' : 'security';
    return await navigate({ to: '/settings/$section', params: { section } });
  };
}
