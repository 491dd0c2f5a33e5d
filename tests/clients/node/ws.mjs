// GraphQL over WebSocket: graphql-transport-ws frame by frame, and by the client graphql-ws.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import { runChecks } from './checks.mjs';
import { ask, signIn, socketUrl } from './service.mjs';

const PROTOCOL = 'graphql-transport-ws';
const TICKET = 'mutation { requestSignInTicket { ... on SignInTicketPayload { ticket number secret } } }';
const APPROVE = `mutation ($input: TicketApprovalInput!) { approveSignInTicket(input: $input) { __typename } }`;
const AWAIT = `subscription ($input: TicketSecretInput!) { signInTicket(input: $input) {
  ... on AwaitedSessionPayload { session { accessToken } } ... on Problem { message } } }`;

const token = await signIn('unit');

async function requestTicket() {
  const { requestSignInTicket: ticket } = await ask(TICKET);
  return { ...ticket, operation: { query: AWAIT, variables: { input: { secret: ticket.secret } } } };
}

async function approve({ ticket, number }) {
  const { approveSignInTicket: done } = await ask(APPROVE, { input: { ticket, number } }, token);
  assert.equal(done.__typename, 'AccountPayload');
}

// One end of a socket: what is said, what is heard, and with which code it was closed.
class Socket {
  heard = [];
  waiting = [];

  constructor(protocol = PROTOCOL) {
    this.socket = new WebSocket(socketUrl, protocol ? [protocol] : []);
    this.opened = new Promise((resolve) => this.socket.addEventListener('open', resolve));
    this.closed = new Promise((resolve) =>
      this.socket.addEventListener('close', ({ code }) => resolve(code)),
    );
    this.socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data);
      const next = this.waiting.shift();
      if (next) next(message);
      else this.heard.push(message);
    });
  }

  say(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  hear() {
    return this.heard.length
      ? Promise.resolve(this.heard.shift())
      : new Promise((resolve) => this.waiting.push(resolve));
  }

  subscribe(id, payload) {
    this.say({ type: 'subscribe', id, payload });
  }

  async end() {
    this.socket.close();
    await this.closed;
  }
}

async function begin(payload = undefined) {
  const socket = new Socket();
  await socket.opened;
  socket.say({ type: 'connection_init', ...(payload && { payload }) });
  assert.deepEqual(await socket.hear(), { type: 'connection_ack' });
  return socket;
}

async function closesWith(code, ...said) {
  const socket = await begin();
  for (const message of said) socket.say(message);
  assert.equal(await socket.closed, code);
}

async function refusesAndGoesOn(document, code) {
  const socket = await begin({ Authorization: `Bearer ${token}` });
  socket.subscribe('1', { query: document });
  const { type, id, payload } = await socket.hear();
  assert.deepEqual([type, id, payload[0].extensions.code], ['error', '1', code]);
  const { operation } = await requestTicket();
  socket.subscribe('1', operation);
  assert.equal((await socket.hear()).type, 'next');
  await socket.end();
}

const sessionOf = ({ data }) => data.signInTicket.session;

function subscribeByClient(client, operation) {
  const heard = [];
  let first;
  const begun = new Promise((resolve) => (first = resolve));
  let unsubscribe;
  const ended = new Promise((resolve, reject) => {
    const next = (value) => (heard.push(value), first());
    unsubscribe = client.subscribe(operation, { next, error: reject, complete: resolve });
  });
  return { heard, begun, ended, unsubscribe };
}

const connect = (options = {}) => createClient({ url: socketUrl, retryAttempts: 0, ...options });

await runChecks('ws', {
  'the protocol is chosen in the handshake': async () => {
    const socket = new Socket();
    await socket.opened;
    assert.equal(socket.socket.protocol, PROTOCOL);
    await socket.end();
  },
  'a socket of no protocol is closed with 4406': async () =>
    assert.equal(await new Socket(null).closed, 4406),
  'a socket of the legacy protocol is closed with 4406': async () => {
    // The client's end tells 1002 where it sees first that its protocol was not chosen.
    assert.ok([1002, 1006, 4406].includes(await new Socket('graphql-ws').closed));
  },
  'connection_init is acknowledged': async () => (await begin()).end(),
  'a socket that does not begin is closed with 4408': async () =>
    assert.equal(await new Socket().closed, 4408),
  'a second connection_init closes with 4429': () => closesWith(4429, { type: 'connection_init' }),
  'a subscription before the acknowledgement closes with 4401': async () => {
    const socket = new Socket();
    await socket.opened;
    socket.subscribe('1', { query: AWAIT });
    assert.equal(await socket.closed, 4401);
  },
  'a ping is answered by a pong': async () => {
    const socket = await begin();
    socket.say({ type: 'ping' });
    assert.equal((await socket.hear()).type, 'pong');
    await socket.end();
  },
  'a pong that nobody asked for is taken': async () => {
    const socket = await begin();
    socket.say({ type: 'pong', payload: { of: 'nobody' } });
    socket.say({ type: 'ping' });
    assert.equal((await socket.hear()).type, 'pong');
    await socket.end();
  },
  'what is no JSON closes with 4400': () => closesWith(4400, '{'),
  'a type that nobody knows closes with 4400': () => closesWith(4400, { type: 'start', id: '1' }),
  'a subscription without an id closes with 4400': () =>
    closesWith(4400, { type: 'subscribe', payload: { query: AWAIT } }),
  'a token that is worth nothing closes with 4401': async () => {
    const socket = new Socket();
    await socket.opened;
    socket.say({ type: 'connection_init', payload: { Authorization: 'Bearer x.y.z' } });
    assert.equal(await socket.closed, 4401);
  },
  'a subscription brings its events and completes': async () => {
    const [socket, ticket] = [await begin(), await requestTicket()];
    socket.subscribe('a', ticket.operation);
    const first = await socket.hear();
    assert.deepEqual([first.type, first.id, sessionOf(first.payload)], ['next', 'a', null]);
    await approve(ticket);
    const second = await socket.hear();
    assert.equal(second.type, 'next');
    assert.ok(sessionOf(second.payload).accessToken);
    assert.deepEqual(await socket.hear(), { type: 'complete', id: 'a' });
    await socket.end();
  },
  'two subscriptions of a socket are told apart': async () => {
    const socket = await begin();
    for (const id of ['a', 'b']) socket.subscribe(id, (await requestTicket()).operation);
    const ids = [(await socket.hear()).id, (await socket.hear()).id];
    assert.deepEqual(ids.sort(), ['a', 'b']);
    await socket.end();
  },
  'an id that is taken closes with 4409': async () => {
    const { operation } = await requestTicket();
    const socket = await begin();
    socket.subscribe('a', operation);
    assert.equal((await socket.hear()).type, 'next');
    socket.subscribe('a', operation);
    assert.equal(await socket.closed, 4409);
  },
  'an id is free again once its client has completed it': async () => {
    const socket = await begin();
    for (let times = 0; times < 2; times += 1) {
      socket.subscribe('a', (await requestTicket()).operation);
      assert.equal((await socket.hear()).type, 'next');
      socket.say({ type: 'complete', id: 'a' });
    }
    await socket.end();
  },
  'a faulty document is an error, and the socket goes on': () =>
    refusesAndGoesOn('subscription { nobody }', 'GRAPHQL_VALIDATION_FAILED'),
  'a query is refused, and the socket goes on': () =>
    refusesAndGoesOn('{ viewer { name } }', 'OPERATION_NOT_ALLOWED'),
  'graphql-ws: a subscription brings its events and completes': async () => {
    const [client, ticket] = [connect(), await requestTicket()];
    const { heard, begun, ended } = subscribeByClient(client, ticket.operation);
    await begun;
    await approve(ticket);
    await ended;
    assert.deepEqual(heard.map((event) => Boolean(sessionOf(event))), [false, true]);
    await client.dispose();
  },
  'graphql-ws: events are iterated over': async () => {
    const [client, ticket] = [connect({ connectionParams: { Authorization: `Bearer ${token}` } }), await requestTicket()];
    const sessions = [];
    for await (const event of client.iterate(ticket.operation)) {
      sessions.push(Boolean(sessionOf(event)));
      if (sessions.length === 1) await approve(ticket);
    }
    assert.deepEqual(sessions, [false, true]);
    await client.dispose();
  },
  'graphql-ws: a token that is worth nothing ends the client with 4401': async () => {
    const client = connect({ connectionParams: async () => ({ headers: { Authorization: 'Bearer x.y.z' } }) });
    const { ended } = subscribeByClient(client, { query: AWAIT, variables: { input: { secret: 'x' } } });
    await assert.rejects(ended, ({ code }) => code === 4401);
  },
  'graphql-ws: a refused document ends its subscription alone': async () => {
    const [client, { operation }] = [connect(), await requestTicket()];
    const good = subscribeByClient(client, operation);
    await good.begun;
    const bad = subscribeByClient(client, { query: '{ viewer { name } }' });
    await assert.rejects(bad.ended, ([error]) => error.extensions.code === 'OPERATION_NOT_ALLOWED');
    good.unsubscribe();
    await good.ended;
    await client.dispose();
  },
  'graphql-ws: the client keeps the socket alive by pings': async () => {
    let heard;
    const ponged = new Promise((resolve) => (heard = resolve));
    const client = connect({ keepAlive: 50, lazy: false, on: { pong: heard } });
    await ponged;
    await client.dispose();
  },
});
