// Where tests find the repository and the data beside it. Missing data is skipped visibly; in CI it fails.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";

const root = resolve(process.env["PATINA_SOURCE_DIR"] ?? "../..");
const shared = resolve(process.env["PATINA_SHARED"] ?? join(root, "../shared"));

/** A file of the repository. */
export function repositoryFile(path: string): Buffer {
  return readFileSync(join(root, path));
}

export function repositoryPath(path: string): string {
  return join(root, path);
}

/** A JSON file of the data beside the repository; undefined, and the test skipped, where there is none. */
export function sharedJson<T>(t: TestContext, path: string): T | undefined {
  const place = join(shared, "data", path);
  if (existsSync(place)) return JSON.parse(readFileSync(place, "utf8")) as T;
  if (process.env["CI"] === "true") throw new Error(`${place} is missing`);
  t.skip(`${place} is missing`);
  return undefined;
}

export function sharedPath(t: TestContext, path: string): string | undefined {
  const place = join(shared, "data", path);
  if (existsSync(place)) return place;
  if (process.env["CI"] === "true") throw new Error(`${place} is missing`);
  t.skip(`${place} is missing`);
  return undefined;
}
