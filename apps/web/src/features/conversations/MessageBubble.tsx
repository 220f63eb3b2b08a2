import { Button } from '@mantine/core';
import type { Item } from '@sotto/client/api';
import { memo, useState } from 'react';
import { Avatar } from '../../ui/Avatar.tsx';
import { useCommand } from '../../ui/device.tsx';
import { clockTime, fullTime, nameOfAddress } from '../../ui/words.ts';
import styles from './MessageBubble.module.css';
import { MessageStatusMark } from './MessageStatusMark.tsx';
import { Markdown } from './markdown/Markdown.tsx';
import { shorten } from './shorten.ts';

type Message = Extract<Item, { kind: 'message' }>;

/** One message. `first` and `last`: its place in what one person said in a row. */
export const MessageBubble = memo(function MessageBubble(props: {
  conversation: string;
  message: Message;
  first: boolean;
  last: boolean;
}) {
  const { message } = props;
  const author = message.own ? 'You' : nameOfAddress(message.from);
  return (
    <div className={styles.line} data-own={message.own} data-first={props.first} data-last={props.last}>
      {!message.own && (
        <span className={styles.avatar}>{props.last && <Avatar address={message.from} size="small" />}</span>
      )}
      <div className={styles.column}>
        <div className={styles.bubble} data-failed={message.status === 'failed'}>
          <span className="visually-hidden">{author}: </span>
          <MessageText text={message.text} />
          <span className={styles.meta}>
            <time dateTime={new Date(message.time).toISOString()} title={fullTime(message.time)}>
              {clockTime(message.time)}
            </time>
            {message.own && <MessageStatusMark status={message.status} />}
          </span>
        </div>
        {message.status === 'failed' && <Failed conversation={props.conversation} message={message} />}
      </div>
    </div>
  );
});

function MessageText(props: { text: string }) {
  const [whole, setWhole] = useState(false);
  const short = whole ? null : shorten(props.text);
  return (
    <>
      <Markdown text={short ?? props.text} />
      {short !== null && (
        <button type="button" className={styles.more} onClick={() => setWhole(true)}>
          Show all of it
        </button>
      )}
    </>
  );
}

function Failed(props: { conversation: string; message: Message }) {
  const retry = useCommand('retry');
  const discard = useCommand('discard');
  const input = { conversation: props.conversation, message: props.message.id };
  const problem = retry.problem ?? discard.problem ?? props.message.problem;
  return (
    <div className={styles.failed}>
      <span role="status">{problem?.message ?? 'Not sent.'}</span>
      <span className={styles.choices}>
        <Button size="compact-sm" variant="subtle" loading={retry.busy} onClick={() => retry.run(input)}>
          Try again
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          loading={discard.busy}
          onClick={() => discard.run(input)}
        >
          Discard
        </Button>
      </span>
    </div>
  );
}
