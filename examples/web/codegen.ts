// Printed by `jiuye schema client --for codegen`, anew for each release.
// npx graphql-codegen --config codegen.ts
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  "schema": "./schema.graphql",
  "documents": [
    "src/**/*.{ts,tsx}"
  ],
  "generates": {
    "./src/gql/": {
      "preset": "client",
      "config": {
        "strictScalars": true,
        "useTypeImports": true,
        "enumsAsTypes": true,
        "scalars": {
          "AccountName": "string",
          "CardNumber": "string",
          "Code": "string",
          "CreditCode": "string",
          "Date": "string",
          "DateTime": "string",
          "IdNumber": "string",
          "MobileNumber": "string",
          "Money": "string",
          "Paragraph": "string",
          "RegionCode": "string",
          "Score": "string",
          "Text": "string",
          "YearMonth": "string"
        }
      }
    }
  }
};

export default config;
