// What values of enums are called: asked for once, no table of our own.
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { graphql } from './gql';

const WORDS = graphql(`
  query Words {
    Status: enumLabels(enum: "Status") { value zh }
    RecordKind: enumLabels(enum: "RecordKind") { value zh }
    InternCategory: enumLabels(enum: "InternCategory") { value zh }
    ClaimKind: enumLabels(enum: "ClaimKind") { value zh }
  }
`);

/** Return a function that names a value in Chinese. */
export function useWords(): (value: string) => string {
  const [{ data }] = useQuery({ query: WORDS });
  const names = useMemo(() => {
    const lists = data ? [data.Status, data.RecordKind, data.InternCategory, data.ClaimKind] : [];
    return new Map(lists.flatMap((list) => list ?? []).map(({ value, zh }) => [value, zh]));
  }, [data]);
  return (value) => names.get(value) ?? value;
}
