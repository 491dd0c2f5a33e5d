// codegen.ts is what `jiuye schema client --for codegen` prints: it reads the schema beside it.
import { copyFileSync } from 'node:fs';

copyFileSync(process.env.JIUYE_SCHEMA ?? '../../schema.graphql', 'schema.graphql');
