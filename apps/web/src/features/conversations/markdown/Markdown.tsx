/** A parsed message as React elements: no HTML is made of text anywhere, no picture is fetched. */
import { memo, type ReactNode, useMemo } from 'react';
import { atTurns, codePoint } from './direction.ts';
import { isEmojiAlone } from './emoji-alone.ts';
import { targetToShow } from './links.ts';
import styles from './Markdown.module.css';
import { type Block, type Inline, parseMessage } from './parse.ts';

export const Markdown = memo(function Markdown(props: { text: string }) {
  const blocks = useMemo(() => parseMessage(props.text), [props.text]);
  return (
    <div className={styles.text} dir="auto" data-emoji={isEmojiAlone(props.text) || undefined}>
      {renderBlocks(blocks)}
    </div>
  );
});

function renderBlocks(blocks: readonly Block[]): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the tree never changes in place.
  return blocks.map((block, index) => <BlockView key={`${index}-${block.kind}`} block={block} />);
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'paragraph':
      return <p>{renderInline(block.children)}</p>;
    case 'code-block':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long code scrolls sideways, also by keyboard.
        <pre tabIndex={0}>
          <code>{renderText(block.text)}</code>
        </pre>
      );
    case 'quote':
      return <blockquote>{renderBlocks(block.children)}</blockquote>;
    case 'list': {
      const items = block.items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the tree never changes in place.
        <li key={index}>{renderBlocks(item)}</li>
      ));
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
  }
}

function renderInline(nodes: readonly Inline[]): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the tree never changes in place.
  return nodes.map((node, index) => <InlineView key={`${index}-${node.kind}`} node={node} />);
}

function InlineView({ node }: { node: Inline }) {
  switch (node.kind) {
    case 'text':
      return renderText(node.text);
    case 'code':
      return <code>{renderText(node.text)}</code>;
    case 'strong':
      return <strong>{renderInline(node.children)}</strong>;
    case 'emphasis':
      return <em>{renderInline(node.children)}</em>;
    case 'struck':
      return <del>{renderInline(node.children)}</del>;
    case 'link':
      return <LinkView href={node.href}>{node.children}</LinkView>;
  }
}

/** What turns the direction of writing stands in a box of its own, which it cannot reach out of, with its number. */
function renderText(text: string): ReactNode {
  const pieces = atTurns(text);
  if (pieces.length === 1) return text;
  return pieces.map((piece, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the tree never changes in place.
      <bdi key={index} className={styles.turn} data-code={codePoint(piece)}>
        {piece}
      </bdi>
    ) : (
      piece
    ),
  );
}

function LinkView(props: { href: string; children: readonly Inline[] }) {
  const target = targetToShow(wordsOf(props.children), props.href);
  return (
    <a href={props.href} title={props.href} target="_blank" rel="noopener noreferrer nofollow">
      <bdi>{renderInline(props.children)}</bdi>
      {target !== null && <bdi className={styles.target}> ({target})</bdi>}
    </a>
  );
}

function wordsOf(nodes: readonly Inline[]): string {
  return nodes.map((node) => ('text' in node ? node.text : wordsOf(node.children))).join('');
}
