/** The routes of the directory (packages/contract/src/directory/routes.ts). */
import { directory, wireErrorOf } from '@sotto/contract';
import { domainOf, nameOf, parseAddress } from '@sotto/protocol/public';
import { implement, type Routing } from '../platform/http/implement.ts';
import type { Platform } from '../platform/platform.ts';
import { statesOf } from './states.ts';

export function directoryRoutes(routing: Routing, { database, settings }: Platform): void {
  implement(routing, directory.lookUp, async ({ body }) => {
    const address = parseAddress(body.address);
    if (address === undefined || domainOf(address) !== settings.domain) throw wireErrorOf('unknown_address');
    const row = await database.tables
      .selectFrom('accounts')
      .select('id')
      .where('name', '=', nameOf(address))
      .executeTakeFirst();
    if (row === undefined) throw wireErrorOf('unknown_address');
    return await statesOf(database.tables, row.id, body.from);
  });
  implement(routing, directory.getStates, async ({ body }) => {
    const row = await database.tables
      .selectFrom('accounts')
      .select('id')
      .where('id', '=', body.accountId)
      .executeTakeFirst();
    if (row === undefined) throw wireErrorOf('unknown_address');
    return await statesOf(database.tables, row.id, body.from);
  });
}
