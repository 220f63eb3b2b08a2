/** What the page tells the server that it came from. */
export interface PageReport {
  readonly userAgent: string;
  /** One for each check; without `error` when it passed. */
  readonly checks: readonly { readonly title: string; readonly error?: string }[];
}
