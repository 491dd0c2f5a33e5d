// GraphQL over HTTP: the audits of the package graphql-http, as a stranger and as somebody.
import { serverAudits } from 'graphql-http';
import { end } from './checks.mjs';
import { authorize, signIn, url } from './service.mjs';

async function audit(who, token) {
  const fetchFn = (address, init = {}) =>
    fetch(address, { ...init, headers: { ...init.headers, ...authorize(token) } });
  const audits = serverAudits({ url, fetchFn });
  let passed = 0;
  for (const { id, name, fn } of audits) {
    const result = await fn();
    if (result.status === 'ok') passed += 1;
    else console.log(`FAILED http_audit: ${who}: ${id} ${name}: ${result.status} ${result.reason}`);
  }
  return [passed, audits.length];
}

const [[alone, total], [signedIn]] = [
  await audit('stranger', undefined),
  await audit('signed in', await signIn('unit')),
];
end('http_audit', Math.min(alone, signedIn), total);
