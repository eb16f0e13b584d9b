// Loaded into a server's process by the tests: tells how much CPU it has used, in microseconds, when it is asked.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});
process.channel.unref();
