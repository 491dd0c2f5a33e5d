// Who is signed in, and a client that renews its token before it ends.
import { authExchange } from '@urql/exchange-auth';
import { cacheExchange, Client, fetchExchange } from 'urql';
import { graphql } from './gql';

declare const GRAPH_URL: string;
const REFRESH_BEFORE_MS = 30_000;

export interface Session { accessToken: string; expiresAt: string; refreshToken: string }

const SIGN_IN = graphql(`
  mutation SignIn($input: CredentialsInput!) {
    signIn(input: $input) {
      __typename
      ... on SessionPayload { accessToken expiresAt refreshToken }
      ... on Problem { message cure }
    }
  }
`);

const REFRESH = graphql(`
  mutation Refresh($input: RefreshInput!) {
    refreshSession(input: $input) {
      __typename
      ... on SessionPayload { accessToken expiresAt refreshToken }
    }
  }
`);

const shared = {
  url: GRAPH_URL,
  preferGetMethod: false as const,
  fetchOptions: { headers: { 'Accept-Language': 'zh', 'graphql-client-name': 'jiuye-example-web' } },
};

export async function signIn(account: string, password: string): Promise<Session | string> {
  const stranger = new Client({ ...shared, exchanges: [fetchExchange] });
  const { data, error } = await stranger.mutation(SIGN_IN, { input: { account, password } });
  const answer = data?.signIn;
  if (!answer) return error?.message ?? '无法连接服务。';
  if (answer.__typename === 'SessionPayload') return answer;
  if (answer.__typename === 'SignInChallengePayload') return '此示例不支持二次验证。';
  return `${answer.message} ${answer.cure}`;
}

/** Build the client of one session; `onEnd` is called when it can't be renewed any more. */
export function buildClient(first: Session, onEnd: () => void): Client {
  const auth = authExchange(async (utils) => {
    let session = first;
    return {
      addAuthToOperation: (operation) => utils.appendHeaders(operation, { Authorization: `Bearer ${session.accessToken}` }),
      willAuthError: () => Date.parse(session.expiresAt) - Date.now() < REFRESH_BEFORE_MS,
      didAuthError: (error) => error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED'),
      refreshAuth: async () => {
        const { data } = await utils.mutate(REFRESH, { input: { refreshToken: session.refreshToken } });
        if (data?.refreshSession.__typename === 'SessionPayload') session = data.refreshSession;
        else onEnd();
      },
    };
  });
  return new Client({ ...shared, exchanges: [cacheExchange, auth, fetchExchange] });
}
