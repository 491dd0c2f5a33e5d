// An officer's queue 待办: pages by cursor, and a decision that takes its row out of the list.
import { useState } from 'react';
import { graphql, useFragment, useLazyLoadQuery, useMutation, usePaginationFragment } from 'react-relay';
import type { Queue_item$key } from './__generated__/Queue_item.graphql';
import type { Queue_list$key } from './__generated__/Queue_list.graphql';
import type { QueueApproveMutation } from './__generated__/QueueApproveMutation.graphql';
import type { QueuePageQuery } from './__generated__/QueuePageQuery.graphql';
import type { QueueQuery } from './__generated__/QueueQuery.graphql';

export function Queue() {
  const data = useLazyLoadQuery<QueueQuery>(graphql`
    query QueueQuery {
      viewer { id name regionName }
      ...Queue_list
    }
  `, {});
  return <section><h2>{data.viewer.name}</h2><List query={data} /></section>;
}

function List({ query }: { query: Queue_list$key }) {
  const { data, loadNext, hasNext } = usePaginationFragment<QueuePageQuery, Queue_list$key>(graphql`
    fragment Queue_list on Query
    @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
    @refetchable(queryName: "QueuePageQuery") {
      workQueue(first: $count, after: $cursor) @connection(key: "Queue_workQueue") {
        __id
        edges { node { id ...Queue_item } }
      }
    }
  `, query);
  const queue = data.workQueue;
  if (!queue) return null;
  return (
    <>
      <ul>{queue.edges.map(({ node }) => <Item key={node.id} item={node} connection={queue.__id} />)}</ul>
      {hasNext && <button onClick={() => loadNext(20)}>更多</button>}
    </>
  );
}

function Item({ item, connection }: { item: Queue_item$key; connection: string }) {
  const { kind, unit, record } = useFragment(graphql`
    fragment Queue_item on WorkItem {
      kind
      unit { name }
      record { id version possibleActions { action allowed message } }
    }
  `, item);
  const [told, setTold] = useState('');
  const [approve, pending] = useMutation<QueueApproveMutation>(graphql`
    mutation QueueApproveMutation($input: ReviewInput!, $key: String!, $connections: [ID!]!) {
      reviewInterns(input: $input, idempotencyKey: $key) {
        __typename
        ... on ReviewPayload {
          outcomes {
            record { id status version workItemId @deleteEdge(connections: $connections) }
            faults { message cure }
          }
        }
        ... on Problem { message cure }
      }
    }
  `);
  const offered = record.possibleActions.find(({ action }) => action === 'APPROVE');
  const send = () => approve({
    variables: {
      input: { verdict: 'APPROVE', records: [{ id: record.id, version: record.version }] },
      key: crypto.randomUUID(),
      connections: [connection],
    },
    onCompleted: ({ reviewInterns }) => setTold('message' in reviewInterns ? `${reviewInterns.message} ${reviewInterns.cure}` : ''),
  });
  return (
    <li>
      {kind} {unit?.name} {told}
      {kind === 'INTERN' && <button disabled={pending || !offered?.allowed} title={offered?.message ?? ''} onClick={send}>通过</button>}
    </li>
  );
}
