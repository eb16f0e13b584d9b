// The peer: the way of the stack's own documentation. An Apollo schema, graphql-ws and a PubSub, one execution a reader.
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { buildSchema } from 'graphql';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const pubsub = new PubSub();
pubsub.ee.setMaxListeners(0);
let newest;

process.on('disconnect', () => process.exit());
process.on('message', async ({ sdl, snapshot }) => {
  if (sdl) return start(sdl);
  newest = snapshot;
  await pubsub.publish('campaign', { campaignAnalytics: newest });
});

async function start(sdl) {
  const schema = buildSchema(sdl);
  schema.getSubscriptionType().getFields().campaignAnalytics.subscribe = () =>
    pubsub.asyncIterableIterator('campaign');
  const apollo = new ApolloServer({ schema });
  await apollo.start();
  const server = createServer();
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
