/** How the scripts talk to the person that runs them. */

/** Ends a script with a sentence and an exit status, and without a stack trace. */
export class Stop extends Error {
  /**
   * @param {string} message
   * @param {number} status
   */
  constructor(message, status) {
    super(message);
    this.name = 'Stop';
    this.status = status;
  }
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a script to its exit status.
 *
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof Error) || !(error instanceof Stop || error.name === 'NodeMissing')) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof Stop ? error.status : 1;
  }
}
