// Stands in for a service: says what happens to it, and ends as its environment tells it.
const name = process.env.STAND_IN_NAME ?? '';
const say = (what: string): void => {
  process.stdout.write(`${name} ${what}\n`);
};

if (process.env.STAND_IN_FAILS === name) {
  say('finds its port taken');
  process.exitCode = 1;
} else if (process.env.STAND_IN_DONE === name) {
  say('has nothing left to do');
} else {
  const alive = setInterval(() => {}, 60_000);
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (asked || process.env.STAND_IN_DEAF === name) return;
      asked = true;
      say('stops');
      clearInterval(alive);
    });
  }
  say(`runs as ${process.pid}`);
}
