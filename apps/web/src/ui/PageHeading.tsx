import { type ReactNode, useEffect, useRef } from 'react';
import { setPageTitle } from './page-title.ts';

/** The heading of a page. It takes the focus when the page opens, unless something in the page has it already. */
export function PageHeading(props: { title: string; className?: string | undefined; children?: ReactNode }) {
  const ref = useRef<HTMLHeadingElement>(null);
  const { title } = props;
  useEffect(() => {
    setPageTitle(title);
    const active = document.activeElement;
    const writing = active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement;
    if (!writing) ref.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <h1 ref={ref} tabIndex={-1} className={props.className}>
      {props.children ?? title}
    </h1>
  );
}
