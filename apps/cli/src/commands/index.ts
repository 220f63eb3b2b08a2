/** Every command, in the order in which the help names them. */
import type { Command } from '../command.ts';
import { conversations } from './conversations.ts';
import { devices } from './devices.ts';
import { exportCommand } from './export.ts';
import { helpCommand } from './help.ts';
import { invite } from './invite.ts';
import { newConversation } from './new.ts';
import { read } from './read.ts';
import { send } from './send.ts';
import { backup } from './serve/backup.ts';
import { restore } from './serve/restore.ts';
import { serve } from './serve/serve.ts';
import { signin } from './signin.ts';
import { signout } from './signout.ts';
import { signup } from './signup.ts';
import { verify } from './verify.ts';
import { version } from './version.ts';
import { whoami } from './whoami.ts';

const ordinary: readonly Command[] = [
  signup,
  signin,
  whoami,
  devices,
  signout,
  conversations,
  newConversation,
  send,
  read,
  verify,
  exportCommand,
  serve,
  invite,
  backup,
  restore,
  version,
];

export const COMMANDS: readonly Command[] = [...ordinary, helpCommand(ordinary)];
