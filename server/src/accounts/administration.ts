// An account's keys and what was done to it, over the API, for keys with the scope ADMIN.
import type { Pool } from 'pg';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import type { DataSource } from 'typeorm';
import { ofAccount, readWithin } from '../db/scope.js';
import { checkName, malformed } from '../fields.js';
import { isId } from '../scalars.js';
import type { Access } from './access.js';
import { Account } from './account.js';
import { AuditEntry } from './audit.js';
import { ApiKey } from './credential.js';
import { createKey, listKeys, revokeKey } from './keyring.js';
import { ApiKeyScope, accountOf, keyOf, type Viewer } from './viewer.js';

const MOST_ENTRIES = 1_000;

@InputType()
class CreateApiKeyInput {
  @Field(() => String, { description: 'What it is for, 1 to 200 characters.' })
  name: string;

  @Field(() => [ApiKeyScope], { description: 'At least one.' })
  scopes: ApiKeyScope[];
}

@ObjectType()
class CreateApiKeyPayload {
  @Field(() => ApiKey)
  apiKey: ApiKey;

  @Field(() => String, { description: 'The key. It is shown this once; only a hash of it is kept.' })
  key: string;
}

@Resolver()
export class Administration {
  constructor(
    private readonly source: DataSource,
    private readonly pool: Pool,
    private readonly access: Access,
  ) {}

  @Query(() => Account, { description: "The caller's account." })
  account(@Ctx('viewer') viewer: Viewer): Promise<Account> {
    const id = accountOf(viewer, 'READ');
    return readWithin(this.source, ofAccount(id), (db) => db.getRepository(Account).findOneByOrFail({ id }));
  }

  @Query(() => [ApiKey], {
    description: "The account's API keys, newest first, those that were revoked included. Scope ADMIN.",
  })
  apiKeys(@Ctx('viewer') viewer: Viewer): Promise<ApiKey[]> {
    return listKeys(this.source, accountOf(viewer, 'ADMIN'));
  }

  @Query(() => [AuditEntry], {
    description:
      'What was done to the account, newest first: keys made and revoked, contacts erased, retention and switches set. Scope ADMIN.',
  })
  async auditEntries(
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'At most 1,000.' })
    first: number | null,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<AuditEntry[]> {
    const accountId = accountOf(viewer, 'ADMIN');
    const take = first ?? 50;
    if (take < 0 || take > MOST_ENTRIES) throw malformed('first', `0 to ${MOST_ENTRIES}`);
    if (take === 0) return [];
    return readWithin(this.source, ofAccount(accountId), (db) =>
      db.getRepository(AuditEntry).find({ where: { accountId }, order: { at: 'DESC', id: 'DESC' }, take }),
    );
  }

  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes an API key; an account has at most 100 that are not revoked. Scope ADMIN.',
  })
  async createApiKey(
    @Arg('input', () => CreateApiKeyInput) input: CreateApiKeyInput,
    @Ctx('viewer') viewer: Viewer,
  ): Promise<CreateApiKeyPayload> {
    const { accountId, keyId } = keyOf(viewer, 'ADMIN');
    const name = checkName('name', input.name);
    const scopes = [...new Set(input.scopes)];
    if (scopes.length === 0) throw malformed('scopes', 'at least one scope');
    const { id, key } = await createKey(this.pool, accountId, keyId, name, scopes);
    const apiKey = await readWithin(this.source, ofAccount(accountId), (db) =>
      db.getRepository(ApiKey).findOneByOrFail({ accountId, id }),
    );
    return { apiKey, key };
  }

  @Mutation(() => Boolean, {
    description:
      'Ends an API key of the account, the one of this request included, and within seconds the sockets that live on it. False where there is none of this id that has not ended. Scope ADMIN.',
  })
  async revokeApiKey(@Arg('id', () => ID) id: string, @Ctx('viewer') viewer: Viewer): Promise<boolean> {
    const { accountId, keyId } = keyOf(viewer, 'ADMIN');
    if (!isId(id)) return false;
    const isRevoked = await revokeKey(this.pool, accountId, keyId, id);
    this.access.forget();
    return isRevoked;
  }
}
