// Hands a descriptor set to protoc-gen-es as a protobuf compiler would, and writes the files that it answers.
// usage: node generate.mjs <descriptor set> <folder>
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

const [setPath, folder] = process.argv.slice(2);
const set = fromBinary(FileDescriptorSetSchema, readFileSync(setPath));
const request = create(CodeGeneratorRequestSchema, {
  fileToGenerate: set.file.map((file) => file.name),
  parameter: "target=js+dts,import_extension=js",
  protoFile: set.file,
});
const plugin = join(
  dirname(fileURLToPath(import.meta.url)),
  "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es",
);
const run = spawnSync(process.execPath, [plugin], {
  input: toBinary(CodeGeneratorRequestSchema, request),
  maxBuffer: 64 * 1024 * 1024,
});
if (run.status !== 0) throw new Error(`protoc-gen-es failed: ${run.stderr}`);
const response = fromBinary(CodeGeneratorResponseSchema, run.stdout);
if (response.error) throw new Error(response.error);
for (const file of response.file) {
  const path = join(folder, file.name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.content);
}
