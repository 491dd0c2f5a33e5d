// Best case for PostGraphile: plain lists instead of connections, filters and orders by any
// column, and one condition more, the range of months, that its own schema has not.
import { TYPES } from "postgraphile/@dataplan/pg";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { addPgTableCondition } from "postgraphile/utils";

const months = (name, compared) =>
  addPgTableCondition(
    { schemaName: "public", tableName: "monthly_report" },
    name,
    (build) => ({ type: build.getInputTypeByName("Date") }),
    (value, { sqlTableAlias, sql, sqlValueWithCodec }) =>
      compared(sql, sql`${sqlTableAlias}.month`, sqlValueWithCodec(value, TYPES.date)),
  );

export default {
  extends: [PostGraphileAmberPreset],
  plugins: [
    months("from", (sql, month, value) => sql`${month} >= ${value}`),
    months("to", (sql, month, value) => sql`${month} <= ${value}`),
  ],
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  schema: { defaultBehavior: "+connection +list" },
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["public"],
      pubsub: false,
      poolConfig: { max: 8 },
    }),
  ],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
};
