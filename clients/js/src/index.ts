// @patina/verify: checks what a Patina log says, without asking anybody. SPEC.md section 9 numbers the checks, section 10
// names the rules. Nothing here does I/O, keeps time or draws randomness; nothing is believed but the reader's policy.
export { verifyBundle, verifyContinuation } from "./bundle/verify.js";
export type { BundleOptions, BundleResult, CheckpointSummary, TraceStep } from "./bundle/verify.js";
export type { EntrySummary, KeySummary, PrincipalSummary, SourceSummary } from "./bundle/summary.js";
export type { LookupAnswer, Span } from "./bundle/identifiers.js";
export { verifyReceipt } from "./receipt.js";
export type { ReceiptOptions, ReceiptResult } from "./receipt.js";
export { verifyPromise } from "./promise.js";
export type { PromiseOptions, PromiseResult } from "./promise.js";
export { verifyIndexAnswer, verifyIndexWalk } from "./indexanswer.js";
export type { IndexResult } from "./indexanswer.js";
export { acceptCheckpoint, parsePolicy } from "./policy.js";
export type { Accepted, Policy } from "./policy.js";
export { Refusal, wordOf } from "./refusal.js";
export type { Word } from "./refusal.js";
export { checkConsistency } from "./tlog.js";
export type { TreeHead } from "./tlog.js";
export { leafHash, nodeHash, subjectKey } from "./hash.js";
export { checkSigned, checkStands, parseLeaf } from "./entry.js";
export { originOf } from "./genesis.js";
export { parseStatement } from "./statement.js";
export type { Statement } from "./statement.js";
export { openDisclosure } from "./disclosure.js";
export { readAssetId, writeAssetId } from "./assetid.js";
