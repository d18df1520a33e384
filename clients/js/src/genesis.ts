// The genesis, checked by itself, and the log's name that follows from it: SPEC.md section 5.
import { compare, hex, utf8 } from "./bytes.js";
import { checkLogPolicy } from "./catalog.js";
import { toBinary } from "@bufbuild/protobuf";
import {
  GenesisParametersSchema,
  type Genesis,
  type GenesisParameters,
} from "#gen/proto/statement_pb.js";
import { sha256 } from "./hash.js";
import {
  genesisNonceBytes,
  hashBytes,
  originBytesMax,
  originPrefixBytesMax,
  publicKeyBytes,
  rootKeysMax,
} from "./limits.js";
import { need, refuse } from "./refusal.js";
import { hasSize } from "./value.js";

const originDomain = utf8("patina/genesis/v1\0");

function checkRoot({ rootKeys, rootThreshold }: GenesisParameters): void {
  need(rootKeys.length >= 1 && rootKeys.length <= rootKeysMax, "genesis.root-keys");
  rootKeys.forEach((key, i) => {
    checkSize(key, publicKeyBytes);
    need(i === 0 || compare(rootKeys[i - 1] as Uint8Array, key) < 0, "genesis.root-keys");
  });
  need(rootThreshold >= 1 && rootThreshold <= rootKeys.length, "genesis.root-threshold");
}

function checkSize(bytes: Uint8Array, size: number): void {
  need(bytes.length === size, "statement.field-size");
}

/** The parts of a genesis that must be there; refuses with genesis.* where they are not. */
export function checkGenesis({ prefix, parameters }: Genesis): void {
  need(hasSize(prefix, originPrefixBytesMax), "statement.text");
  need(/^[!-*,-~]*$/.test(prefix), "genesis.prefix");
  if (parameters === undefined) return refuse("genesis.parameters");
  checkSize(parameters.nonce, genesisNonceBytes);
  checkRoot(parameters);
  checkSize(parameters.vrfKey, publicKeyBytes);
  checkSize(parameters.promiseKey, publicKeyBytes);
  need(parameters.maxQuietS >= 1 && parameters.policy !== undefined, "genesis.parameters");
  checkLogPolicy(parameters.policy);
  const { predecessor } = parameters;
  if (predecessor === undefined) return;
  need(hasSize(predecessor.origin, originBytesMax), "statement.text");
  checkSize(predecessor.root, hashBytes);
}

/** The log's name. The genesis must have been checked. */
export function originOf({ prefix, parameters }: Genesis): string {
  if (parameters === undefined) throw new Error("the genesis was not checked");
  return `${prefix}/${hex(sha256(originDomain, toBinary(GenesisParametersSchema, parameters)))}`;
}
