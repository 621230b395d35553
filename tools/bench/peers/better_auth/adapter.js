// Better Auth's database adapter for DynamoDB: a table for each model, with an index for each field
// that the library looks rows up by. It exists only to be measured.

import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { createAdapterFactory } from "better-auth/adapters";

const client = new DynamoDBClient({});
const INDEXED = { user: ["email"], session: ["token", "userId"], account: ["userId", "accountId"], verification: ["identifier"] };
const table = (model) => `${process.env.TABLES}-${model}`;
const item = (row) => marshall(row, { removeUndefinedValues: true });

/** Returns whether a row has the values of all clauses, which are joined by AND. */
const fits = (row, where) => where.every(({ field, value }) => row[field] === value);

async function find(model, where) {
  const id = where.find(({ field }) => field === "id");
  if (id) {
    const { Item } = await client.send(new GetItemCommand({ TableName: table(model), Key: item({ id: id.value }), ConsistentRead: true }));
    return Item ? [unmarshall(Item)].filter((row) => fits(row, where)) : [];
  }
  const indexed = where.find(({ field }) => INDEXED[model].includes(field));
  if (!indexed) throw new Error(`${model} has no index for ${where.map(({ field }) => field)}`);
  const { Items } = await client.send(
    new QueryCommand({
      TableName: table(model),
      IndexName: indexed.field,
      KeyConditionExpression: "#field = :value",
      ExpressionAttributeNames: { "#field": indexed.field },
      ExpressionAttributeValues: item({ ":value": indexed.value }),
    }),
  );
  return Items.map((each) => unmarshall(each)).filter((row) => fits(row, where));
}

async function put(model, row) {
  await client.send(new PutItemCommand({ TableName: table(model), Item: item(row) }));
  return row;
}

async function remove(model, rows) {
  for (const { id } of rows) await client.send(new DeleteItemCommand({ TableName: table(model), Key: item({ id }) }));
  return rows.length;
}

export const dynamodb = createAdapterFactory({
  config: { adapterId: "dynamodb", adapterName: "DynamoDB", supportsDates: false, supportsBooleans: true, supportsJSON: false },
  adapter: () => ({
    create: ({ model, data }) => put(model, data),
    findOne: async ({ model, where }) => (await find(model, where))[0] ?? null,
    findMany: async ({ model, where }) => find(model, where),
    count: async ({ model, where }) => (await find(model, where)).length,
    update: async ({ model, where, update }) => {
      const [row] = await find(model, where);
      return row ? put(model, { ...row, ...update }) : null;
    },
    updateMany: async ({ model, where, update }) => {
      const rows = await find(model, where);
      for (const row of rows) await put(model, { ...row, ...update });
      return rows.length;
    },
    delete: async ({ model, where }) => void (await remove(model, (await find(model, where)).slice(0, 1))),
    deleteMany: async ({ model, where }) => remove(model, await find(model, where)),
  }),
});
