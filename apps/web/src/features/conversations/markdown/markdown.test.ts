import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Markdown } from './Markdown.tsx';
import { MAX_DELIMITERS, MAX_PARSED, parseMessage, worthParsing } from './parse.ts';

/** The HTML of a message without class names and the wrapper. */
function html(text: string): string {
  const whole = renderToStaticMarkup(createElement(Markdown, { text }));
  return whole
    .replace(/ class="[^"]*"/g, '')
    .replace(/^<div dir="auto">/, '')
    .replace(/<\/div>$/, '');
}

const TAGS = new Set(['p', 'strong', 'em', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a', 'bdi', 'del']);

/** Every element that a message became. */
function tagsOf(markup: string): Set<string> {
  return new Set([...markup.matchAll(/<([a-z0-9]+)/gi)].map(([, name]) => String(name)));
}

describe('the subset', () => {
  it.each([
    ['plain', '<p>plain</p>'],
    ['**bold** and *leaning* and _so_', '<p><strong>bold</strong> and <em>leaning</em> and <em>so</em></p>'],
    ['~~no~~ and ~~**not** so~~', '<p><del>no</del> and <del><strong>not</strong> so</del></p>'],
    ['**a ~~b~~**', '<p><strong>a <del>b</del></strong></p>'],
    [
      '~~https://example.org~~',
      expect.stringMatching(/^<p><del><a href="https:\/\/example.org\/".*<\/del><\/p>$/),
    ],
    ['`code`', '<p><code>code</code></p>'],
    ['```\na < b\n```', '<pre tabindex="0"><code>a &lt; b</code></pre>'],
    ['> said', '<blockquote><p>said</p></blockquote>'],
    ['- a\n- b', '<ul><li><p>a</p></li><li><p>b</p></li></ul>'],
    ['3. c\n4. d', '<ol start="3"><li><p>c</p></li><li><p>d</p></li></ol>'],
    ['two\nlines', '<p>two\nlines</p>'],
    ['👍🏽 **tak**', '<p>👍🏽 <strong>tak</strong></p>'],
  ])('renders %j', (text, expected) => {
    expect(html(text)).toEqual(expected);
  });

  it.each(['~~', 'a ~~ b', '~~ a ~~', '~~~a~~~b', '~one~', '\\~~a~~', '~~a', '`~~a~~`'])(
    'strikes nothing out of %j',
    (text) => {
      expect(html(text)).not.toContain('<del>');
    },
  );

  it('[W2] shows what turns the direction of writing, in a box of its own', () => {
    const turn = '<bdi data-code="U+202E">\u202e</bdi>';
    expect(html('a\u202eb')).toBe(`<p>a${turn}b</p>`);
    expect(html('`a\u202eb`')).toBe(`<p><code>a${turn}b</code></p>`);
    expect(html('```\na\u202eb\n```')).toBe(`<pre tabindex="0"><code>a${turn}b</code></pre>`);
  });
});

describe('links', () => {
  it('open elsewhere, tell nobody where from, and have their real target', () => {
    expect(html('https://example.org/a')).toBe(
      '<p><a href="https://example.org/a" title="https://example.org/a" target="_blank" ' +
        'rel="noopener noreferrer nofollow"><bdi>https://example.org/a</bdi></a></p>',
    );
  });

  it('show where they lead when their words say something else', () => {
    expect(html('[your bank](https://evil.example/login)')).toContain('(evil.example/login)');
    expect(html('[https://bank.example](https://evil.example)')).toContain('(evil.example)');
    expect(html('https://bank.example@evil.example')).toContain('(evil.example)');
  });

  it('show letters of other scripts as the machine reads them', () => {
    expect(html('[https://аpple.com](https://аpple.com)')).toContain('(xn--');
  });

  it('take mail addresses', () => {
    expect(html('write to ada@example.org')).toContain('href="mailto:ada@example.org"');
  });

  it.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java&#115;cript:alert(1))',
    '[x](<java\tscript:alert(1)>)',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x](vbscript:x)',
    '[x](file:///etc/passwd)',
    '[x](blob:https://a/b)',
    '[x](//evil.example)',
    '[x](/settings)',
    '[x](#join)',
    '[x](https://a\u202Eb.example)',
    '<javascript:alert(1)>',
  ])('[W2] leave %j as text', (text) => {
    const markup = html(text);
    expect(markup).not.toContain('<a');
    expect(markup).not.toContain('href');
  });
});

describe('[W2] what is not of the subset is inert text, as it was typed', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<!-- --><style>*{display:none}</style>',
    '![pixel](https://evil.example/p.png)',
    '# not a heading',
    '[a]: https://evil.example',
    '&lt;b&gt; &amp;amp;',
    '    four spaces',
    '***',
  ])('%j', (text) => {
    const markup = html(text);
    const decoded = markup
      .replace(/<\/?[a-z]+(?: [^<>]*)?>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#x27;', "'")
      .replaceAll('&amp;', '&');
    expect(decoded.trim()).toBe(text.trim());
    expect([...tagsOf(markup)].filter((tag) => !TAGS.has(tag))).toEqual([]);
    expect(markup).not.toMatch(/<(img|script|svg|iframe|style)/);
  });

  it('a renderer that trusted HTML would be caught by the same check', () => {
    const careless = (text: string) => `<p>${text}</p>`;
    const foreign = [...tagsOf(careless('<img src=x onerror=alert(1)>'))].filter((tag) => !TAGS.has(tag));
    expect(foreign).toEqual(['img']);
  });
});

describe('[M19] hostile texts are shown, in bounded work', () => {
  const hostile: Record<string, string> = {
    'ten thousand nested quotes': `${'> '.repeat(10_000)}deep`,
    'ten thousand nested quotes without spaces': `${'>'.repeat(10_000)}deep`,
    'ten thousand nested lists': `${'- '.repeat(10_000)}deep`,
    '64 KiB of opening brackets': '['.repeat(65_536),
    '64 KiB of links within links': '[a]('.repeat(16_384),
    '64 KiB of stars': '*a_'.repeat(21_845),
    '64 KiB of struck signs': '~~a '.repeat(16_384),
    '64 KiB of back quotes': Array.from({ length: 360 }, (_, index) => '`'.repeat(index + 1)).join(' '),
    '64 KiB of angle brackets': '<'.repeat(65_536),
    'staircase of quotes': Array.from({ length: 300 }, (_, index) => `${'>'.repeat(index)} x`).join('\n'),
    'staircase of lists': Array.from({ length: 150 }, (_, index) => `${' '.repeat(index * 2)}- x`).join('\n'),
    'bare links without end': 'www.a'.repeat(3_000),
    'addresses without end': 'a@a.'.repeat(4_000),
  };

  it.each(Object.entries(hostile))('%s', (_name, text) => {
    const markup = html(text);
    expect(markup.length).toBeGreaterThan(10);
    expect([...tagsOf(markup)].filter((tag) => !TAGS.has(tag))).toEqual([]);
    expect(deepest(parseMessage(text))).toBeLessThan(20);
  });

  it('long or dense texts are not given to the parser, ordinary ones are', () => {
    expect(worthParsing('a'.repeat(MAX_PARSED))).toBe(true);
    expect(worthParsing('a'.repeat(MAX_PARSED + 1))).toBe(false);
    expect(worthParsing('*'.repeat(MAX_DELIMITERS + 1))).toBe(false);
    expect(worthParsing(`${'> '.repeat(12)}x`)).toBe(true);
    expect(worthParsing(`first\n${'> '.repeat(13)}x`)).toBe(false);
  });
});

function deepest(value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(deepest));
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(deepest));
}
