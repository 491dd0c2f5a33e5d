import type { CodegenConfig } from '@graphql-codegen/cli';

// Money and days are text here as on the wire: an amount is no floating-point number.
const scalars = Object.fromEntries(
  ['AccountName', 'CardNumber', 'Code', 'CreditCode', 'Date', 'DateTime', 'IdNumber', 'MobileNumber',
    'Money', 'Paragraph', 'RegionCode', 'Score', 'Text', 'YearMonth'].map((name) => [name, 'string']),
);

const config: CodegenConfig = {
  schema: process.env['JIUYE_SCHEMA'] ?? '../../schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/gql/**'],
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { scalars, strictScalars: true, enumsAsTypes: true, useTypeImports: true },
    },
  },
};
export default config;
