// Validates a document as OpenAPI 3.1. usage: node validate.mjs <file>
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const validator = new Validator();
const result = await validator.validate(document);
if (!result.valid) console.log(JSON.stringify(result.errors, null, 1));
const version = validator.version;
console.log(`OpenAPI ${version}: ${result.valid ? "valid" : "not valid"}`);
process.exit(result.valid && version === "3.1" ? 0 : 1);
