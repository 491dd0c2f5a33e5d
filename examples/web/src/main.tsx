import { StrictMode, useMemo, useState, type FormEvent } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider, useQuery } from 'urql';
import { graphql } from './gql';
import { Month } from './Month';
import { Queue } from './Queue';
import { buildClient, signIn, type Session } from './session';

const VIEWER = graphql(`
  query Viewer { viewer { id name regionName functions unit { id name } } }
`);

function Page() {
  const [session, setSession] = useState<Session | null>(null);
  const client = useMemo(() => session && buildClient(session, () => setSession(null)), [session]);
  if (!client) return <SignIn onSession={setSession} />;
  return <Provider value={client}><Desk onLeave={() => setSession(null)} /></Provider>;
}

function SignIn({ onSession }: { onSession: (session: Session) => void }) {
  const [refusal, setRefusal] = useState('');
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const answer = await signIn(String(given.get('account')), String(given.get('password')));
    if (typeof answer === 'string') setRefusal(answer);
    else onSession(answer);
  }
  return (
    <form className="sign-in" onSubmit={(event) => void submit(event)}>
      <h2>就业见习 · 办理示例</h2>
      <label>账号<input name="account" autoComplete="username" required autoFocus /></label>
      <label>密码<input name="password" type="password" autoComplete="current-password" required /></label>
      <button className="main">登录</button>
      <p className="bad" role="alert">{refusal}</p>
    </form>
  );
}

function Desk({ onLeave }: { onLeave: () => void }) {
  const [{ data }] = useQuery({ query: VIEWER });
  const viewer = data?.viewer;
  const functions = viewer?.functions ?? [];
  return (
    <>
      <header>
        <h1>就业见习 · 办理示例</h1>
        <span>{[viewer?.name, viewer?.unit?.name ?? viewer?.regionName].filter(Boolean).join(' · ')}</span>
        <button onClick={onLeave}>退出</button>
      </header>
      <main>
        {functions.includes('SEE_WORK_QUEUE') && <Queue />}
        {functions.includes('FILE_REPORTS') && <Month />}
      </main>
    </>
  );
}

createRoot(document.getElementById('page')!).render(<StrictMode><Page /></StrictMode>);
