/** How long keys that late messages may need are kept. Every number is a trade against forward secrecy. */
export interface Retention {
  /** Former epochs whose application messages can still be read. */
  readonly pastEpochs: number;
  /** Skipped generations per sender whose keys wait for their message; the oldest go first. */
  readonly skippedGenerations: number;
  /** How far a message may run ahead of the last one of its sender. */
  readonly forwardGenerations: number;
  /** Former epochs whose resumption secret is kept. */
  readonly resumptionEpochs: number;
}

export const DEFAULT_RETENTION: Retention = {
  pastEpochs: 3,
  skippedGenerations: 64,
  forwardGenerations: 1000,
  resumptionEpochs: 8,
};
