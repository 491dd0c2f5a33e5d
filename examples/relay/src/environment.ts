// Relay's network: documents by their ids, as `jiuye documents add documents.json` made them known.
import { Environment, Network, RecordSource, Store, type FetchFunction } from 'relay-runtime';

export function buildEnvironment(graph: string, readToken: () => string): Environment {
  const fetchAnswer: FetchFunction = async ({ id }, variables) => {
    const response = await fetch(graph, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json',
        Authorization: `Bearer ${readToken()}`,
        'graphql-client-name': 'jiuye-example-relay',
      },
      body: JSON.stringify({ documentId: id, variables }),
    });
    return response.json();
  };
  return new Environment({ network: Network.create(fetchAnswer), store: new Store(new RecordSource()) });
}
