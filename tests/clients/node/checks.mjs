// Runs checks one after another, tells which failed, and ends with the line that the runner reads.
const SECONDS = 30;

export async function runChecks(suite, checks) {
  let passed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await within(SECONDS, check());
      passed += 1;
    } catch (error) {
      console.log(`FAILED ${suite}: ${name}: ${error?.message ?? JSON.stringify(error)}`);
    }
  }
  end(suite, passed, Object.keys(checks).length);
}

export function end(suite, passed, total) {
  console.log(`${suite}=${passed}/${total}`);
  process.exit(passed === total ? 0 : 1);
}

export function within(seconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
