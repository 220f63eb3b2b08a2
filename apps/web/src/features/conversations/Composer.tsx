import { ActionIcon } from '@mantine/core';
import { IconArrowUp, IconMoodSmile } from '@tabler/icons-react';
import { type KeyboardEvent, lazy, Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useCommand } from '../../ui/device.tsx';
import { ProblemBox } from '../../ui/ProblemBox.tsx';
import styles from './Composer.module.css';
import { draftOf, keepDraft } from './drafts.ts';
import { Sending } from './sending.ts';
import { useKeptDraft } from './use-kept-draft.ts';

const EmojiPicker = lazy(() => import('./EmojiPicker.tsx'));

/** Bytes of a message: what the device takes (docs/spec/content.md). */
const MAX_BYTES = 16_384;
const TALLEST = 200;

/** Writes and sends: Enter sends, Shift+Enter makes a new line. What is unsent is kept on this device. */
export function Composer(props: { conversation: string; name: string; draft: string }) {
  const [text, setText] = useState(() => draftOf(props.conversation) || props.draft);
  const [emoji, setEmoji] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const send = useCommand('send');
  const tooLong = new TextEncoder().encode(text).byteLength > MAX_BYTES;
  const ready = text.trim() !== '' && !tooLong;
  useEffect(() => keepDraft(props.conversation, text), [props.conversation, text]);
  useKeptDraft(props.conversation, text, props.draft);
  useHeightOfText(field, text);
  useFocusOnOpen(field);
  const [sending] = useState(
    () =>
      new Sending(
        async (next) => (await send.run({ conversation: props.conversation, text: next })) !== undefined,
        (back) => {
          // The draft too: the conversation may have been left meanwhile.
          keepDraft(props.conversation, behind(back, draftOf(props.conversation)));
          setText((typed) => behind(back, typed));
        },
      ),
  );
  const submit = () => {
    if (!ready) return;
    setText('');
    void sending.add(text.trim());
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      className={styles.place}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <ProblemBox problem={send.problem} />
      {tooLong && <p className={styles.hint}>This is too long for one message. Send it in parts.</p>}
      <div className={styles.box}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={40}
          aria-label="Emoji"
          aria-expanded={emoji}
          onClick={() => setEmoji(!emoji)}
        >
          <IconMoodSmile size={20} stroke={1.6} />
        </ActionIcon>
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          aria-label={`Message ${props.name}`}
          placeholder={`Message ${props.name}`}
          enterKeyHint="send"
          dir="auto"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <ActionIcon type="submit" size={40} radius={11} aria-label="Send" disabled={!ready}>
          <IconArrowUp size={20} stroke={1.9} />
        </ActionIcon>
      </div>
      {emoji && (
        <Suspense>
          <EmojiPicker
            onPick={(picked) => insertAtCaret(field.current, picked, setText)}
            onClose={() => {
              setEmoji(false);
              field.current?.focus();
            }}
          />
        </Suspense>
      )}
    </form>
  );
}

/** What was typed meanwhile stays behind what could not be taken. */
function behind(back: string, typed: string): string {
  return typed === '' ? back : `${back}\n${typed}`;
}

function insertAtCaret(
  field: HTMLTextAreaElement | null,
  picked: string,
  setText: (text: string) => void,
): void {
  if (field === null) return;
  field.setRangeText(picked, field.selectionStart, field.selectionEnd, 'end');
  setText(field.value);
}

function useHeightOfText(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text, which stands in the field.
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, TALLEST)}px`;
  }, [field, text]);
}

/** Not where a screen keyboard would cover the messages. */
function useFocusOnOpen(field: React.RefObject<HTMLTextAreaElement | null>): void {
  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.setSelectionRange(element.value.length, element.value.length);
    if (matchMedia('(pointer: fine)').matches) element.focus({ preventScroll: true });
  }, [field]);
}
