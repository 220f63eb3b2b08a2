/** The command line as a program of its own. */
import { runProgram } from './program.ts';

process.exitCode = await runProgram(process, process.argv.slice(2));
