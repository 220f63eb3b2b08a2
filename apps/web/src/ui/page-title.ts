/** The title of the document, for tabs and windows: what page it is, and how much is unread. */

let page = '';
let unread = 0;

export function setPageTitle(title: string): void {
  page = title;
  write();
}

/** @param count of unread messages; 0 takes the number away. */
export function setUnreadInTitle(count: number): void {
  unread = count;
  write();
}

function write(): void {
  // Before the first page has a name, the document keeps the one that it came with.
  if (page !== '') document.title = `${unread > 0 ? `(${unread}) ` : ''}${page} · Sotto`;
}
