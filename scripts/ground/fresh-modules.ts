/**
 * Run before each file of tests that put modules in the place of others: what those before it have loaded in the same
 * process, with their replacements in it, is loaded anew. Of replacements themselves vitest lets go after each file.
 */
import { vi } from 'vitest';

vi.resetModules();
