/** Choosing a password: strong enough, typed twice, or made of generated words. */
import { Failure } from './problems.ts';
import type { OpenProfile } from './profile.ts';
import { readSecret } from './secrets.ts';
import { bold, type Terminal } from './terminal.ts';

interface NewPassword {
  /** Of the account, which its password should not be made of. */
  readonly name: string;
  readonly file?: string | undefined;
  /** Before the question, where there could be doubt which password is meant. */
  readonly kind?: string;
}

/** Throws `password_too_weak` for one from a file or standard input; at the prompt it asks again. */
export async function askNewPassword(
  terminal: Terminal,
  profile: OpenProfile,
  { name, file, kind = 'Password' }: NewPassword,
): Promise<string> {
  if (file !== undefined || !terminal.interactive) {
    const password = await readSecret(terminal, { what: 'password', file, question: '' });
    if ((await profile.call('passwordAdvice', { password, name })).strongEnough) return password;
    throw new Failure(
      'password_too_weak',
      'This password is too easy to guess. Use more words; or leave it empty at the prompt, to get one made of words.',
    );
  }
  for (;;) {
    const password = await terminal.ask(`${kind} (leave empty to get one made of words): `, { hidden: true });
    if (password === '') {
      const generated = await offerGenerated(terminal, profile);
      if (generated !== undefined) return generated;
    } else if (!(await profile.call('passwordAdvice', { password, name })).strongEnough) {
      terminal.note('This password is too easy to guess. Use more words.');
    } else if ((await terminal.ask('The same again: ', { hidden: true })) === password) {
      return password;
    } else {
      terminal.note('These are two different passwords.');
    }
  }
}

async function offerGenerated(terminal: Terminal, profile: OpenProfile): Promise<string | undefined> {
  const generated = await profile.call('generatePassword');
  terminal.note('  ', bold(generated));
  const answer = await terminal.ask('Write these words down. Take them as your password? [Y/n] ');
  return /^(y(es)?)?$/i.test(answer.trim()) ? generated : undefined;
}
