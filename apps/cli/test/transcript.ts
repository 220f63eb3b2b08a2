/**
 * Runs what a document shows: blocks ```console, in which a line `name$ command` is run by a shell on the profile of
 * that name, and the lines below it are what it writes to both of its outputs. A line `…` stands for any lines, times,
 * safety numbers and ports for any others, `(exit status 1)` at the end for that status.
 */
import { execFile } from 'node:child_process';
import type { Place } from './running.ts';

export interface Step {
  readonly profile: string;
  readonly command: string;
  readonly expected: string;
}

export function stepsOf(document: string): readonly Step[] {
  const blocks = [...document.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    [...block.matchAll(/^(\w+)\$ (.*)\n((?:(?!\w+\$ ).*\n)*)/gm)].map(
      ([, profile = '', command = '', expected = '']) => ({ profile, command, expected }),
    ),
  );
}

/** Standard output and standard error as one, and the exit status where it is not 0. */
export function runStep(place: Place, { profile, command }: Step): Promise<string> {
  const env = { ...place.environment(), SOTTO_HOME: place.path(profile) };
  return new Promise((resolve) => {
    const shell = ['-c', `sotto() { "$CLI_NODE" "$CLI_MAIN" "$@"; }; ${command}`];
    const child = execFile('/bin/sh', shell, { cwd: place.folder, env }, (error, stdout, stderr) => {
      resolve(stdout + stderr + (error === null ? '' : `(exit status ${error.code})\n`));
    });
    child.stdin?.end();
  });
}

/** Whether `output` is as the document has it. */
export function matches(output: string, expected: string): boolean {
  const pattern = masked(expected)
    .split(/^…\n/m)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('(?:.*\\n)+?');
  return new RegExp(`^${pattern}$`).test(masked(output));
}

/** Times, safety numbers and ports as if they were always the same. */
export function masked(text: string): string {
  return text
    .replace(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}/g, 'TIME')
    .replace(/\b\d{5}( \d{5})+\b/g, 'NUMBER')
    .replace(/(?<=127\.0\.0\.1:)\d{4,5}\b/g, 'PORT');
}
