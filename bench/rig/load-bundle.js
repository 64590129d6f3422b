/**
 * Loads a module as Lambda's runtime does at a cold start, and prints what that took: `{"ms", "cpuMs"}`. The start
 * of the process is not in it. Plain JavaScript, which imports nothing: what it loaded itself, the bundle would not
 * have to.
 */
const before = process.cpuUsage();
const began = performance.now();
await import(process.argv[2]);
const ms = performance.now() - began;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }));
// Whatever the bundle has opened: nobody waits for it.
process.exit(0);
