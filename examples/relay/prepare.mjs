// The compiler wants the schema below its folder and a file for documents, and writes anew only what
// changed: it begins from nothing, so that documents.json is whole.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';

copyFileSync(process.env.JIUYE_SCHEMA ?? '../../schema.graphql', 'schema.graphql');
rmSync('src/__generated__', { recursive: true, force: true });
writeFileSync('documents.json', '{}');
