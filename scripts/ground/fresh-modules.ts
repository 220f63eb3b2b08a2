/**
 * Run before each file of tests that put modules in the place of others. What those before it have loaded in the same
 * process, with their replacements in it, is loaded anew, but for packages of others. Of replacements themselves vitest
 * lets go after each file, of those at least that were waited for.
 */
import { vi } from 'vitest';

vi.resetModules();
vi.useRealTimers();
vi.unstubAllGlobals();
vi.unstubAllEnvs();
