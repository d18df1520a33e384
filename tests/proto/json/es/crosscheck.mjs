// Compares our ProtoJSON with that of protobuf-es, line by line of what protojson_cross prints.
// usage: node crosscheck.mjs <descriptor set> < lines
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createFileRegistry, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(process.argv[2])));
let lines = 0;
let differing = 0;

function differ(type, what, ours, theirs) {
  differing++;
  if (differing <= 5) console.log(`${type}: ${what}\n  ours   ${ours}\n  theirs ${theirs}`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const [type, hex, json] = line.split("\t");
  const schema = registry.getMessage(type);
  const theirs = toJsonString(schema, fromBinary(schema, Buffer.from(hex, "hex")));
  if (theirs !== json) differ(type, "JSON of the same bytes", json, theirs);
  const bytes = Buffer.from(toBinary(schema, fromJsonString(schema, json))).toString("hex");
  if (bytes !== hex) differ(type, "bytes of our JSON", hex, bytes);
  lines++;
}
console.log(`${lines} messages compared, ${differing} differences`);
process.exit(lines > 0 && differing === 0 ? 0 : 1);
