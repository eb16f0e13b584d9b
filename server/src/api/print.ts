// Writes the schema as the server serves it to standard output: the generator of schema/schema.graphql.
import { printSchema } from 'graphql';
import { buildApiSchema } from './schema.js';

console.log(printSchema(await buildApiSchema()));
