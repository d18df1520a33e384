// What a lying site changes in a bundle, or in what it says of a source. Each gives other bytes; none can sign as the log.

const clients = new URL("../../clients/js/", import.meta.url);
const { fromBinary, toBinary } = await import(new URL("node_modules/@bufbuild/protobuf/dist/esm/index.js", clients).href);
const { LogEntrySchema } = await import(new URL("dist/gen/proto/log_pb.js", clients).href);
const { PrincipalViewSchema } = await import(new URL("dist/gen/proto/api_pb.js", clients).href);
const { ProofBundleSchema } = await import(new URL("dist/gen/proto/bundle_pb.js", clients).href);

function changed(bytes, change) {
  const bundle = fromBinary(ProofBundleSchema, bytes);
  change(bundle);
  return Buffer.from(toBinary(ProofBundleSchema, bundle));
}

/** An entry of the asset is left out, and out of the subject that lists it. */
export function dropEntry(bytes) {
  return changed(bytes, (bundle) => {
    const last = bundle.entries.at(-1).entry.index;
    bundle.entries = bundle.entries.filter(({ entry }) => entry.index !== last);
    for (const subject of bundle.subjects) {
      const kept = subject.entries.filter(({ index }) => index !== last);
      if (kept.length !== subject.entries.length) subject.count = BigInt(kept.length);
      subject.entries = kept;
    }
  });
}

/** One byte of a statement is another. */
export function alterByte(bytes) {
  return changed(bytes, (bundle) => {
    const entry = bundle.entries.findLast((one) => one.entry.statement.length > 0).entry;
    entry.statement = Uint8Array.from(entry.statement, (byte, at) => (at === 40 ? byte ^ 1 : byte));
  });
}

/** The newest commit before `leaf` that has another index root: quiet times have the same. `leafAt` gives a leaf's bytes. */
export async function commitOfAnotherDay(leaf, leafAt) {
  const rootOf = (bytes) => Buffer.from(fromBinary(LogEntrySchema, bytes).entry.value.indexRoot).toString("hex");
  let earlier = leaf;
  while (rootOf(earlier) === rootOf(leaf)) earlier = await leafAt(fromBinary(LogEntrySchema, earlier).entry.value.previous.value);
  return earlier;
}

/** The index's root is that of an earlier commit of this very log, from before the newest entries. */
export function oldIndexRoot(bytes, earlier) {
  return changed(bytes, (bundle) => {
    const old = fromBinary(LogEntrySchema, earlier);
    const now = fromBinary(LogEntrySchema, bundle.commit.leaf);
    now.entry.value.indexRoot = old.entry.value.indexRoot;
    bundle.commit.leaf = toBinary(LogEntrySchema, now);
  });
}

/** It is not shown that the log continues an earlier state. */
export function dropEarlier(bytes) {
  return changed(bytes, (bundle) => {
    bundle.earlier = undefined;
  });
}

/** A proof that something is recorded is taken for one that nothing is. */
export function claimNothing(bytes) {
  return changed(bytes, (bundle) => {
    const { key } = bundle.subjects[0];
    bundle.subjects = bundle.subjects.map((subject) => (subject.key === key ? { ...subject, count: 0n, entries: [] } : subject));
  });
}

/** A source's last entry, in which a role was granted to it, is said to be signed by another principal. */
export function grantedBy(bytes, principal) {
  const view = fromBinary(PrincipalViewSchema, bytes);
  view.entries.at(-1).signatures[0].principal = Uint8Array.from(Buffer.from(principal, "hex"));
  return Buffer.from(toBinary(PrincipalViewSchema, view));
}
