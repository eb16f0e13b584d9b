// Who is signed in to the console, over the API, for keys with the scope ADMIN: a session that was begun with a link has no key
// with whose end it would end.
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type DataSource, IsNull, MoreThan } from 'typeorm';
import { ofAccount, readWithin } from '../db/scope.js';
import { isId } from '../scalars.js';
import type { Access } from './access.js';
import { ConsoleSession } from './session.js';
import type { Sessions } from './sessions.js';
import { accountOf, type Viewer } from './viewer.js';

@Resolver(() => ConsoleSession)
export class SignedIn {
  constructor(
    private readonly source: DataSource,
    private readonly sessions: Sessions,
    private readonly access: Access,
  ) {}

  @Query(() => [ConsoleSession], {
    description: 'The sessions of the console that go on, newest first, at most 500. Scope ADMIN.',
  })
  consoleSessions(@Ctx('viewer') viewer: Viewer): Promise<ConsoleSession[]> {
    const accountId = accountOf(viewer, 'ADMIN');
    const where = { accountId, endedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    return readWithin(this.source, ofAccount(accountId), (db) =>
      db.getRepository(ConsoleSession).find({ where, order: { createdAt: 'DESC', id: 'DESC' } }),
    );
  }

  @FieldResolver(() => Boolean, { description: 'It is the one that asks.' })
  isCurrent(@Root() { id }: ConsoleSession, @Ctx('viewer') viewer: Viewer): boolean {
    return viewer.kind === 'key' && viewer.session?.id === id;
  }

  @Mutation(() => Boolean, {
    description:
      'Ends a session of the console, and within seconds the sockets that live on it. False where there is none of this id that has not ended. Scope ADMIN.',
  })
  async endConsoleSession(@Arg('id', () => ID) id: string, @Ctx('viewer') viewer: Viewer): Promise<boolean> {
    const accountId = accountOf(viewer, 'ADMIN');
    if (!isId(id)) return false;
    const isEnded = await this.sessions.end(accountId, id);
    this.access.forget();
    return isEnded;
  }
}
