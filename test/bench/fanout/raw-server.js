// The floor: the ws library alone, the same bytes to every socket.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('listening', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
process.on('message', ({ text }) => {
  for (const socket of server.clients) socket.send(text);
});
