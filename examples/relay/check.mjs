// What relay-compiler wrote down is answered by the service: the queries of documents.json.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const { JIUYE_URL, JIUYE_PASSWORD } = process.env;

async function ask(query, variables, token) {
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(JIUYE_URL, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

const SIGN_IN = 'mutation ($input: CredentialsInput!) { signIn(input: $input) { ... on SessionPayload { accessToken } } }';
const { signIn } = await ask(SIGN_IN, { input: { account: 'officer', password: JIUYE_PASSWORD } });
const queries = Object.values(JSON.parse(readFileSync('documents.json', 'utf8'))).filter((text) => text.startsWith('query'));
assert.equal(queries.length, 2);
for (const query of queries) {
  const { workQueue } = await ask(query, {}, signIn.accessToken);
  assert.ok(workQueue.edges.every(({ node }) => node.id && node.record.id));
}
console.log('relay=ok');
