// The service that is tried: where it is, and its demonstration's accounts.
export const url = process.env.JIUYE_URL;
export const socketUrl = url.replace(/^http/, 'ws');

const SIGN_IN = `mutation ($input: CredentialsInput!) {
  signIn(input: $input) { ... on SessionPayload { accessToken } ... on Problem { message } } }`;

export async function ask(query, variables = {}, token = undefined) {
  const headers = { 'content-type': 'application/json', ...authorize(token) };
  const body = JSON.stringify({ query, variables });
  const { data, errors } = await (await fetch(url, { method: 'POST', headers, body })).json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

export const authorize = (token) => (token ? { authorization: `Bearer ${token}` } : {});

export async function signIn(account) {
  const input = { account, password: process.env.JIUYE_PASSWORD };
  const { signIn: given } = await ask(SIGN_IN, { input });
  if (!given.accessToken) throw new Error(given.message);
  return given.accessToken;
}
