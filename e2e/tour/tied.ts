/**
 * Preloaded into every process that the tour starts: when the tour is gone, however it went, they end too. With `--keep` the tour says
 * `{keep: true}` before it leaves, and they stay.
 */
let isKept = false;

process.on('message', (message: unknown) => {
  if (typeof message === 'object' && message !== null && 'keep' in message) {
    isKept = true;
    process.send?.({ kept: true });
  }
});
process.on('disconnect', () => {
  if (!isKept) process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
