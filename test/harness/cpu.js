// Loaded into a server's process by the tests: tells how much CPU it has used, in microseconds, when it is asked.
process.on('message', (message) => {
  if (message !== 'cpu') return;
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});
process.channel.unref();
