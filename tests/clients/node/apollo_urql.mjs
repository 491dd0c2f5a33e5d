// Apollo Client 4 and urql 6, set up by what `jiuye schema client` prints, as applications use them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  gql,
} from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { createClient } from 'graphql-ws';
import { pagedTypePolicies, possibleTypes, typePolicies } from './apollo-setup.mjs';
import { keys, schema } from './urql-setup.mjs';
import { runChecks } from './checks.mjs';
import { ask, authorize, signIn, socketUrl, url } from './service.mjs';

const NAME = '{ viewer { id name } }';
const FUNCTIONS = '{ viewer { id functions } }';
const INTERNS = `query ($after: String) { interns(first: 2, after: $after) {
  edges { node { id name } } pageInfo { endCursor hasNextPage } } }`;
const REFUSED = `mutation { approvePost(input: {id: "Post-x", version: 1}) {
  ... on Problem { message cure } ... on Forbidden { missing } } }`;
const PARTLY = '{ viewer { id name } export(list: CLAIM_LINES, format: CSV) { url } }';
const TICKET = 'mutation { requestSignInTicket { ... on SignInTicketPayload { ticket number secret } } }';
const APPROVE = 'mutation ($input: TicketApprovalInput!) { approveSignInTicket(input: $input) { __typename } }';
const AWAIT = `subscription ($input: TicketSecretInput!) { signInTicket(input: $input) {
  ... on AwaitedSessionPayload { session { accessToken } } } }`;

const token = await signIn('unit');

// Sends as fetch does, and keeps what was sent and with which status it was answered.
function watch() {
  const sent = [];
  const fetching = async (address, init = {}) => {
    const answer = await fetch(address, init);
    sent.push({ method: init.method ?? 'GET', address: String(address), body: init.body, status: answer.status });
    return answer;
  };
  return { sent, fetching };
}

function makeApollo({ bearer = token, links = [], policies = typePolicies } = {}) {
  const { sent, fetching } = watch();
  const authorizing = new SetContextLink(({ headers }) => ({ headers: { ...headers, ...authorize(bearer) } }));
  const http = new HttpLink({ uri: url, fetch: fetching });
  const cache = new InMemoryCache({ possibleTypes, typePolicies: policies });
  const client = new ApolloClient({ link: ApolloLink.from([authorizing, ...links, http]), cache });
  return { client, sent };
}

function makeUrql({ bearer = token, exchanges = [], ...options } = {}) {
  const { sent, fetching } = watch();
  const warnings = [];
  const logger = (severity, message) => warnings.push(message);
  const client = new Client({
    url,
    fetch: fetching,
    fetchOptions: () => ({ headers: authorize(bearer) }),
    exchanges: [cacheExchange({ schema, keys, logger }), fetchExchange, ...exchanges],
    preferGetMethod: false,
    ...options,
  });
  return { client, sent, warnings };
}

async function requestTicket() {
  const { requestSignInTicket: ticket } = await ask(TICKET);
  const approve = () => ask(APPROVE, { input: { ticket: ticket.ticket, number: ticket.number } }, token);
  return { variables: { input: { secret: ticket.secret } }, approve };
}

// Approves once the first event is there, and gives what came until the end.
function hearSessions(subscribe, approve) {
  const heard = [];
  return new Promise((resolve, reject) => {
    const next = (session) => {
      heard.push(Boolean(session));
      if (heard.length === 1) approve().catch(reject);
    };
    subscribe({ next, error: reject, complete: () => resolve(heard) });
  });
}

await runChecks('apollo_urql', {
  'Apollo: a query is answered': async () => {
    const { data } = await makeApollo().client.query({ query: gql(NAME) });
    assert.ok(data.viewer.name);
  },
  'Apollo: what is known of a viewer is kept together': async () => {
    const { client } = makeApollo();
    await client.query({ query: gql(NAME) });
    await client.query({ query: gql(FUNCTIONS) });
    const both = client.readQuery({ query: gql('{ viewer { id name functions } }') });
    assert.ok(both.viewer.name && both.viewer.functions.length);
  },
  'Apollo: a refusal keeps its message and its cure': async () => {
    const { data } = await makeApollo().client.mutate({ mutation: gql(REFUSED) });
    const { message, cure, missing } = data.approvePost;
    assert.ok(message && cure && missing.length);
  },
  'Apollo: a refused field is empty beside its error, and the rest is there': async () => {
    const { client } = makeApollo({ bearer: await signIn('person') });
    const { data, error } = await client.query({ query: gql(PARTLY), errorPolicy: 'all' });
    assert.ok(data.viewer.name);
    assert.equal(data.export, null);
    assert.ok(CombinedGraphQLErrors.is(error));
    assert.equal(error.errors[0].extensions.code, 'FORBIDDEN');
  },
  'Apollo: a token that is worth nothing is an error of GraphQL with its code': async () => {
    const { client } = makeApollo({ bearer: 'x.y.z' });
    await assert.rejects(client.query({ query: gql(NAME) }), (error) => {
      assert.ok(CombinedGraphQLErrors.is(error), error);
      return error.errors[0].extensions.code === 'UNAUTHENTICATED';
    });
  },
  'Apollo: pages are joined': async () => {
    const { client } = makeApollo({ policies: { ...typePolicies, ...pagedTypePolicies } });
    const { data } = await client.query({ query: gql(INTERNS) });
    const watched = client.watchQuery({ query: gql(INTERNS) });
    const watching = watched.subscribe(() => {});
    await watched.fetchMore({ variables: { after: data.interns.pageInfo.endCursor } });
    watching.unsubscribe();
    const joined = client.readQuery({ query: gql(INTERNS) }).interns.edges.map(({ node }) => node.id);
    assert.equal(new Set(joined).size, 4);
  },
  'Apollo: a document is named by its hash, and sent but once': async () => {
    const sha256 = (text) => createHash('sha256').update(text).digest('hex');
    const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
    const { client, sent } = makeApollo({ links: [persisted] });
    const query = gql(`query Named${Date.now()} { viewer { id name } }`);
    for (let times = 0; times < 2; times += 1) {
      const { data } = await client.query({ query, fetchPolicy: 'network-only' });
      assert.ok(data.viewer.name);
    }
    assert.deepEqual(sent.map(({ method }) => method), ['GET', 'POST', 'GET']);
  },
  'Apollo: a subscription comes over graphql-ws': async () => {
    const { variables, approve } = await requestTicket();
    const socket = createClient({ url: socketUrl, connectionParams: authorize(token) });
    const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
    const events = client.subscribe({ query: gql(AWAIT), variables });
    const heard = await hearSessions(
      ({ next, ...sink }) => events.subscribe({ next: ({ data }) => next(data.signInTicket.session), ...sink }),
      approve,
    );
    assert.deepEqual(heard, [false, true]);
    await socket.dispose();
  },
  'urql: a query is answered, and its cache warns of nothing': async () => {
    const { client, warnings } = makeUrql();
    const { data, error } = await client.query(INTERNS, {});
    assert.equal(error, undefined);
    assert.equal(data.interns.edges.length, 2);
    assert.deepEqual(warnings, []);
  },
  'urql: a short query is sent by GET': async () => {
    const { client, sent } = makeUrql({ preferGetMethod: 'within-url-limit' });
    const { data } = await client.query(NAME, {});
    assert.ok(data.viewer.name);
    assert.deepEqual(sent.map(({ method, status }) => [method, status]), [['GET', 200]]);
  },
  'urql: a token that is worth nothing is an error of GraphQL with its code': async () => {
    const { error } = await makeUrql({ bearer: 'x.y.z' }).client.query(NAME, {});
    assert.equal(error.graphQLErrors[0].extensions.code, 'UNAUTHENTICATED');
  },
  'urql: a subscription comes over graphql-ws': async () => {
    const { variables, approve } = await requestTicket();
    const socket = createClient({ url: socketUrl });
    const forward = (request) => ({
      subscribe: (sink) => ({ unsubscribe: socket.subscribe(request, sink) }),
    });
    const { client } = makeUrql({ exchanges: [subscriptionExchange({ forwardSubscription: forward })] });
    const heard = [];
    await new Promise((resolve, reject) => {
      client.subscription(AWAIT, variables).subscribe(({ data, error }) => {
        if (error) return reject(error);
        heard.push(Boolean(data.signInTicket.session));
        if (heard.length === 1) approve().catch(reject);
        if (heard.length === 2) resolve();
        return undefined;
      });
    });
    assert.deepEqual(heard, [false, true]);
    await socket.dispose();
  },
});
