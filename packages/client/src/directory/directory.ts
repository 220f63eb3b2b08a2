/**
 * Accounts as this device knows them: looked up at the server, checked, pinned. The server is not believed: a chain
 * must extend its pin, and an address that names another account is a change that the person is told of.
 */
import { directory as routes } from '@sotto/contract';
import { equalBytes, SottoError } from '@sotto/crypto';
import {
  type AccountId,
  type AccountState,
  type Address,
  readSignedState,
  verifyChain,
} from '@sotto/protocol';
import { BOUNDS } from '../bounds.ts';
import { requiredBytes } from '../identity/slot-act.ts';
import type { Lock } from '../lock.ts';
import type { Http } from '../session/http.ts';
import type { SealedStore } from '../store/sealed-store.ts';
import { chainStart, extendPin, type Pin } from './pin.ts';

const PREFIX = 'pin/';

export interface DirectoryOptions {
  readonly http: Http;
  readonly token: () => Promise<string>;
  readonly store: SealedStore;
  readonly lock: Lock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A pin is new or has changed. */
  readonly onPin: (pin: Pin, before: Pin | undefined) => void;
}

export class Directory {
  readonly #options: DirectoryOptions;
  readonly #pins = new Map<AccountId, Pin>();

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Reads the pins; call once before anything else. */
  async load(): Promise<void> {
    for (const [, pin] of await this.#options.store.range<Pin>({ prefix: PREFIX })) {
      this.#pins.set(pin.accountId, pin);
    }
  }

  get(accountId: AccountId): Pin | undefined {
    return this.#pins.get(accountId);
  }

  all(): readonly Pin[] {
    return [...this.#pins.values()];
  }

  /** The account that has the address now, by what this device knows. */
  byAddress(address: Address): Pin | undefined {
    return this.all().find((pin) => pin.address === address && pin.replacedBy === null);
  }

  /** Takes in states that come from elsewhere than the directory: the own account's at sign-in. */
  async adopt(signedStates: readonly Uint8Array[], address: Address): Promise<Pin> {
    const first = signedStates[0] === undefined ? undefined : await readSignedState(signedStates[0]);
    if (first === undefined) throw malformed();
    const states = await verifyChain(signedStates, { accountId: first.accountId, address });
    return this.#extend(this.#pins.get(first.accountId), states);
  }

  /**
   * Asks the server who has `address`. Throws `unknown_address`, `chain_invalid`, or `keys_changed` where the address
   * names another account than the one that was verified.
   */
  async lookUp(address: Address): Promise<Pin> {
    const known = this.byAddress(address);
    const token = await this.#options.token();
    const from = known === undefined ? 0 : known.number + 1;
    const page = await this.#options.http.request(routes.lookUp, { address, from }, token);
    if (known !== undefined && known.accountId === page.accountId) {
      return this.#takePages(page, known.accountId, address, known);
    }
    const found = await this.#fetchAll(page.accountId, address);
    return known === undefined ? found : this.#replace(known, found);
  }

  /**
   * Asks for newer states of an account that is known, or for all of one that is not. A new account must be the one
   * that its address names.
   */
  async refresh(accountId: AccountId): Promise<Pin> {
    const known = this.#pins.get(accountId);
    if (known !== undefined) return this.#fetch(accountId, known.address, known);
    const token = await this.#options.token();
    const page = await this.#options.http.request(routes.getStates, { accountId, from: 0 }, token);
    const first =
      page.states[0] === undefined ? undefined : await readSignedState(requiredBytes(page.states[0]));
    if (first === undefined || first.accountId !== accountId) throw malformed();
    const pin = await this.lookUp(first.address);
    if (pin.accountId !== accountId) throw invalid('an account claims an address that is not its own');
    return pin;
  }

  async setVerified(accountId: AccountId, verified: boolean): Promise<void> {
    await this.#change(accountId, (pin) => {
      if (pin === undefined || pin.verified === verified) return pin;
      const verifiedTime = Math.max(this.#options.now(), (pin.verifiedTime ?? 0) + 1);
      return { ...pin, verified, verifiedTime };
    });
  }

  /** Another device of this account decided so at `verifiedTime`: followed where it is the later decision. */
  async followVerified(accountId: AccountId, verified: boolean, verifiedTime: number): Promise<void> {
    await this.#change(accountId, (pin) =>
      pin === undefined || (pin.verifiedTime ?? 0) >= verifiedTime ? pin : { ...pin, verified, verifiedTime },
    );
  }

  /** The person goes on with the account that has taken a verified one's address. */
  async acceptReplacement(address: Address): Promise<Pin> {
    const old = this.all().find((pin) => pin.address === address && pin.replacedBy !== null && pin.verified);
    if (old !== undefined) await this.setVerified(old.accountId, false);
    return this.lookUp(address);
  }

  /** True where the address was verified and names other keys now. */
  hasChanged(address: Address): boolean {
    return this.all().some((pin) => pin.address === address && pin.verified && pin.replacedBy !== null);
  }

  async #replace(known: Pin, found: Pin): Promise<Pin> {
    await this.#change(known.accountId, (pin) => pin && { ...pin, replacedBy: found.accountId });
    if (found.replacedBy === null) return found;
    // It had the address before, and has it again.
    return (await this.#change(found.accountId, (pin) => pin && { ...pin, replacedBy: null })) ?? found;
  }

  async #fetchAll(accountId: AccountId, address: Address): Promise<Pin> {
    return this.#fetch(accountId, address, this.#pins.get(accountId));
  }

  async #fetch(accountId: AccountId, address: Address, known: Pin | undefined): Promise<Pin> {
    const from = known === undefined ? 0 : known.number + 1;
    const token = await this.#options.token();
    const page = await this.#options.http.request(routes.getStates, { accountId, from }, token);
    return this.#takePages(page, accountId, address, known);
  }

  async #takePages(
    page: { accountId: AccountId; states: readonly string[]; more: boolean },
    accountId: AccountId,
    address: Address,
    known: Pin | undefined,
  ): Promise<Pin> {
    if (page.accountId !== accountId) throw invalid('it answered for another account');
    const expected = { accountId, address, ...(known === undefined ? {} : { signingKey: known.signingKey }) };
    const start = known === undefined ? undefined : chainStart(known);
    const states = await verifyChain(page.states.map(requiredBytes), expected, start);
    // A server that is of one mind with the account could go on for ever (attack X4).
    if ((states.at(-1)?.number ?? 0) >= BOUNDS.states) throw invalid('it has no end');
    const pin = await this.#extend(known, states);
    // An account that is known already may have no new state that would name the address.
    if (pin.address !== address) throw invalid('it answered for another address');
    return page.more && states.length > 0 ? this.#fetch(accountId, address, pin) : pin;
  }

  /** Adds states to the pin as it is by now: others may have moved it on while the server was asked. */
  async #extend(known: Pin | undefined, states: readonly AccountState[]): Promise<Pin> {
    const [first] = states;
    if (first === undefined && known === undefined) throw malformed();
    const accountId = known?.accountId ?? first?.accountId;
    if (accountId === undefined) throw malformed();
    const pin = await this.#change(accountId, (present) => extendPin(present, statesAfter(present, states)));
    if (pin === undefined) throw malformed();
    return pin;
  }

  /** Changes the pin as it is when its turn comes; nothing is written where it stays the same. */
  #change(
    accountId: AccountId,
    change: (present: Pin | undefined) => Pin | undefined,
  ): Promise<Pin | undefined> {
    return this.#options.lock.run(async () => {
      const before = this.#pins.get(accountId);
      const pin = change(before);
      if (pin === undefined || pin === before) return pin;
      await this.#options.store.put(`${PREFIX}${accountId}`, pin);
      this.#pins.set(accountId, pin);
      this.#options.onPin(pin, before);
      return pin;
    });
  }
}

/** Those that are new to the pin. Throws `chain_invalid` where one that it knows has another hash: a fork. */
function statesAfter(pin: Pin | undefined, states: readonly AccountState[]): readonly AccountState[] {
  if (pin === undefined) return states;
  for (const { number, hash } of states) {
    const known = pin.hashes[number];
    if (known !== undefined && !equalBytes(known, hash))
      throw invalid('it differs from what was there before');
  }
  return states.filter(({ number }) => number > pin.number);
}

function malformed(): SottoError {
  return invalid('it is malformed');
}

function invalid(reason: string): SottoError {
  return new SottoError(
    'chain_invalid',
    `The server sent account data that does not fit what this device knows: ${reason}.`,
  );
}
