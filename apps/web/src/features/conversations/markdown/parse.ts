/**
 * Message text to a small tree of our own: bold, italic, struck out, code, code blocks, quotes, lists and links
 * (CommonMark with GitHub's bare links and `~~`). Everything else stays the text that was typed: HTML, headings, images, entities.
 *
 * The text comes from others and is hostile until shown otherwise. Nothing here makes HTML; the tree is rendered as
 * React elements. What would take long to parse is not parsed: it is one plain paragraph.
 */
import type { Nodes, PhrasingContent, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { safeLink } from './links.ts';

export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'struck'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Inline[] };

export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'code-block'; readonly text: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | {
      readonly kind: 'list';
      /** The first number, or null for a list with bullets. */
      readonly start: number | null;
      readonly items: readonly (readonly Block[])[];
    };

/** Longer texts, in UTF-16 units, are shown plain. */
export const MAX_PARSED = 8_192;
/** Brackets, stars and the beginnings of links make the parser look back and forth: so many and no more. */
export const MAX_DELIMITERS = 600;
/** Quotes and lists within each other, on one line. */
const MAX_MARKERS = 12;
/** Anything deeper is shown as it was typed. */
const MAX_DEPTH = 12;

const DELIMITERS = /[[\]*_~`<@]|www\.|:\/\//gi;
const MARKERS = new RegExp(`^(?:[ \\t]*(?:>|[-+*]|\\d{1,9}[.)])){${MAX_MARKERS + 1}}`, 'm');

const DISABLED = [
  'characterReference',
  'codeIndented',
  'definition',
  'headingAtx',
  'htmlFlow',
  'htmlText',
  'setextUnderline',
  'thematicBreak',
];

/** False for texts that are too long or too dense for the parser to be quick about. */
export function worthParsing(text: string): boolean {
  if (text.length > MAX_PARSED || MARKERS.test(text)) return false;
  let delimiters = 0;
  for (const _ of text.matchAll(DELIMITERS)) delimiters += 1;
  return delimiters <= MAX_DELIMITERS;
}

/** The tree of a message. Never throws; bounded work whatever `text` is. */
export function parseMessage(text: string): readonly Block[] {
  if (!worthParsing(text)) return plain(text);
  const root: Root = fromMarkdown(text, {
    extensions: [
      gfmAutolinkLiteral(),
      gfmStrikethrough({ singleTilde: false }),
      { disable: { null: DISABLED } },
    ],
    mdastExtensions: [gfmAutolinkLiteralFromMarkdown(), gfmStrikethroughFromMarkdown()],
  });
  const blocks = root.children.flatMap((node) => toBlocks(node, text, 0));
  return blocks.length === 0 ? plain(text) : blocks;
}

function plain(text: string): readonly Block[] {
  return [{ kind: 'paragraph', children: [{ kind: 'text', text }] }];
}

/** What was typed where `node` stands. */
function sourceOf(node: Nodes, text: string): string {
  return text.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);
}

function toBlocks(node: Nodes, text: string, depth: number): readonly Block[] {
  if (depth >= MAX_DEPTH) return plain(sourceOf(node, text));
  const inner = (child: Nodes) => toBlocks(child, text, depth + 1);
  switch (node.type) {
    case 'paragraph':
      return [{ kind: 'paragraph', children: toInlines(node.children, text, depth) }];
    case 'code':
      return [{ kind: 'code-block', text: node.value }];
    case 'blockquote':
      return [{ kind: 'quote', children: node.children.flatMap(inner) }];
    case 'list': {
      const start = node.ordered === true ? (node.start ?? 1) : null;
      return [{ kind: 'list', start, items: node.children.map((item) => item.children.flatMap(inner)) }];
    }
    default:
      return plain(sourceOf(node, text));
  }
}

function toInlines(nodes: readonly PhrasingContent[], text: string, depth: number): readonly Inline[] {
  return nodes.flatMap((node) => toInline(node, text, depth));
}

function toInline(node: Nodes, text: string, depth: number): readonly Inline[] {
  if (depth >= MAX_DEPTH) return [{ kind: 'text', text: sourceOf(node, text) }];
  const inner = (children: readonly PhrasingContent[]) => toInlines(children, text, depth + 1);
  switch (node.type) {
    case 'text':
      return [{ kind: 'text', text: node.value }];
    case 'break':
      return [{ kind: 'text', text: '\n' }];
    case 'inlineCode':
      return [{ kind: 'code', text: node.value }];
    case 'strong':
    case 'emphasis':
      return [{ kind: node.type, children: inner(node.children) }];
    case 'delete':
      return [{ kind: 'struck', children: inner(node.children) }];
    case 'link': {
      const href = safeLink(node.url);
      if (href === null) return [{ kind: 'text', text: sourceOf(node, text) }];
      return [{ kind: 'link', href, children: inner(node.children) }];
    }
    default:
      return [{ kind: 'text', text: sourceOf(node, text) }];
  }
}
