// Promise P7, attacked over the public API: random operations with another account's ids, on HTTP and on sockets, with keys
// and embed tokens. No byte of the other account comes back, nothing of it changes, and ids that are somebody's are answered
// like ids that are nobody's.
//
// A failure prints the attempt; TENANTS_SEED=S npm test -- tenants draws all of its run again. LONG=1 is the long mode.
import { expect, test } from 'vitest';
import { useServer } from './harness/server.ts';
import { openDice } from './order/retelling.ts';
import { type Attempt, type Dice, drawAttempt, PLACES, type Values } from './tenants/attempts.ts';
import {
  CANARY,
  CANARY_NUMBER,
  CREDENTIALS,
  makeIds,
  makeVictim,
  openTwin,
  rowsOf,
} from './tenants/twins.ts';

const ATTEMPTS = process.env.LONG === '1' ? 50_000 : 2_000;
const LIMIT_MS = process.env.LONG === '1' ? 3_600_000 : 300_000;
/** Pairs of twins at work side by side. */
const LANES = 4;
const REPETITIONS = 20;
const seed = Number(process.env.TENANTS_SEED ?? Math.floor(Math.random() * 2 ** 31));

const lines: string[] = [];
/**
 * Nothing is folded and no job is done meanwhile: what trails would be read a little earlier by one twin than by the other. Pages
 * within pages come to more than the limit, which would answer in place of what is attempted.
 */
const server = useServer({ FOLD_MS: '3600000', JOBS_AT_ONCE: '0', OPERATION_COST: '100000000' }, lines);

/** What is listed by time: two made by one operation may be of the same instant, and then have no order to compare. */
const LISTED =
  /(createCampaign|createExport|createApiKey|revokeApiKey|eraseContact|setBodyRetention|setAutoOptOut|setDefaultCountry|addOptOuts|createOptOutImport)\(/g;

function draw(roll: Dice, values: Values): Attempt {
  const attempt = drawAttempt(roll, values);
  return (attempt.query.match(LISTED)?.length ?? 0) > 1 ? draw(roll, values) : attempt;
}

test(
  'no attempt on another account gets a byte of it, changes it, or learns that it is there',
  async () => {
    const [known, invented] = [makeIds(), makeIds()];
    const victim = await makeVictim(server, known);
    const before = await rowsOf(server.database.client, victim.accountId);
    const attempted = new Set<string>();
    const outcomes = { answered: 0, refused: 0 };

    async function lane(from: number): Promise<void> {
      const [knowing, guessing] = [await openTwin(server, known), await openTwin(server, invented)];
      for (let index = from; index < ATTEMPTS; index += LANES) {
        const attempts = [knowing, guessing].map((twin) => draw(openDice(seed + index), twin.values));
        const [attempt, other] = attempts as [Attempt, Attempt];
        const roll = openDice(seed - index);
        const [credential, isOverSocket] = [roll(3) === 0 ? roll(CREDENTIALS) : 0, roll(3) === 0];
        const ask = (): Promise<[string, string]> =>
          Promise.all([
            knowing.send(attempt, credential, isOverSocket),
            guessing.send(other, credential, isOverSocket),
          ]);
        let [answer, otherAnswer] = await ask();
        // Of fields that fail side by side, either may be told. A query changes nothing, and is asked again.
        for (let again = 0; attempt.kind === 'query' && again < REPETITIONS; again++) {
          if (knowing.normalise(answer) === guessing.normalise(otherAnswer)) break;
          [answer, otherAnswer] = await ask();
        }
        const told = `TENANTS_SEED=${seed} attempt ${index}: ${JSON.stringify(attempt)}`;
        expect(answer, told).not.toContain(CANARY);
        expect(answer, told).not.toContain(String(CANARY_NUMBER));
        expect(answer, told).not.toContain('GRAPHQL_');
        expect(answer, told).not.toContain('INTERNAL');
        expect(knowing.normalise(answer), told).toBe(guessing.normalise(otherAnswer));
        for (const field of attempt.fields) attempted.add(`${attempt.kind} ${field}`);
        outcomes[answer.includes('"errors"') ? 'refused' : 'answered']++;
      }
      knowing.close();
      guessing.close();
    }

    await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
    expect(await rowsOf(server.database.client, victim.accountId)).toEqual(before);
    expect([...attempted].sort()).toEqual(PLACES.filter((place) => !place.includes('(')).sort());
    expect(outcomes.answered).toBeGreaterThan(ATTEMPTS / 10);
    expect(outcomes.refused).toBeGreaterThan(ATTEMPTS / 10);
    expect(lines.join('')).not.toContain(CANARY);
  },
  LIMIT_MS,
);
