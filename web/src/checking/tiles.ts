// The tree, read from the log's tiles (c2sp.org/tlog-tiles; SPEC.md section 7.4). Nothing of a tile is believed: whatever is
// computed from it has to lead to the root that the log signed.
import { leafHash, nodeHash } from "@patina/verify";

const hashBytes = 32;
const tileHeight = 8;
export const tileWidth = 256n;

/** A tile: 256 hashes side by side, of subtrees of 256^level leaves; the last one of a level has fewer. */
export interface TileName {
  readonly level: number | "entries";
  readonly number: bigint;
}

/** The log sent something else than it has to, or nothing. */
export class TileFault extends Error {
  constructor(readonly rule: string) {
    super(rule);
  }
}

/** One step from a leaf to the root: the node beside, where it was found, and what both hash to. */
export interface PathStep {
  readonly sibling: Uint8Array;
  readonly isLeft: boolean; // the sibling stands on the left
  readonly from: readonly TileName[];
  readonly hash: Uint8Array;
}

export type Fetch = (path: string) => Promise<Uint8Array>;

function levelOf({ level }: TileName): number {
  return level === "entries" ? 0 : level;
}

/** How many hashes or leaves a tile holds in a tree of that size; 0: there is no such tile. */
export function widthOf(name: TileName, size: bigint): bigint {
  const all = size >> BigInt(tileHeight * levelOf(name));
  const width = all - name.number * tileWidth;
  return width < 0n ? 0n : width > tileWidth ? tileWidth : width;
}

/** The tile's address under /tile/, as a tree of that size has it. */
export function tilePath(name: TileName, size: bigint): string {
  const groups = [String(name.number % 1000n).padStart(3, "0")];
  for (let rest = name.number / 1000n; rest > 0n; rest /= 1000n) groups.unshift(`x${String(rest % 1000n).padStart(3, "0")}`);
  const width = widthOf(name, size);
  return `${name.level}/${groups.join("/")}${width < tileWidth ? `.p/${width}` : ""}`;
}

function hashesIn(bytes: Uint8Array, width: bigint): Uint8Array[] {
  if (bytes.length !== Number(width) * hashBytes) throw new TileFault("tlog.tile");
  return Array.from({ length: Number(width) }, (_, at) => bytes.subarray(at * hashBytes, (at + 1) * hashBytes));
}

function leavesIn(bytes: Uint8Array, width: bigint): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && leaves.length < Number(width)) {
    const end = at + 2 + (bytes[at] as number) * 256 + (bytes[at + 1] as number);
    if (end > bytes.length) break;
    leaves.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (at !== bytes.length || leaves.length !== Number(width)) throw new TileFault("tlog.tile");
  return leaves;
}

function topPower(size: bigint): bigint {
  return 1n << BigInt((size - 1n).toString(2).length - 1);
}

interface Node {
  readonly hash: Uint8Array;
  readonly from: readonly TileName[];
}

/** The tiles of a tree of one size. Each is fetched once, and its leaves are hashed once. */
export class Tiles {
  private readonly fetched = new Map<string, Promise<readonly Uint8Array[]>>();
  private readonly hashed = new Map<bigint, Promise<readonly Uint8Array[]>>();

  constructor(
    readonly size: bigint,
    private readonly fetchTile: Fetch,
  ) {}

  private read(name: TileName, parse: (bytes: Uint8Array, width: bigint) => Uint8Array[]): Promise<readonly Uint8Array[]> {
    const path = tilePath(name, this.size);
    const known = this.fetched.get(path) ?? this.fetchTile(path).then((bytes) => parse(bytes, widthOf(name, this.size)));
    this.fetched.set(path, known);
    return known;
  }

  /** A tile's hashes. Where its leaves are known, theirs: then a path shows all of them at once. */
  hashes(name: { readonly level: number; readonly number: bigint }): Promise<readonly Uint8Array[]> {
    const { level, number } = name;
    const leaves = level === 0 ? this.fetched.get(tilePath({ level: "entries", number }, this.size)) : undefined;
    if (leaves === undefined) return this.read(name, hashesIn);
    const known = this.hashed.get(number) ?? leaves.then((all) => all.map(leafHash));
    this.hashed.set(number, known);
    return known;
  }

  /** The leaves of a tile of entries. */
  leaves(number: bigint): Promise<readonly Uint8Array[]> {
    return this.read({ level: "entries", number }, leavesIn);
  }

  // A perfect subtree of 2^height leaves that ends within the tree.
  private async perfect(height: number, number: bigint): Promise<Node> {
    const level = Math.floor(height / tileHeight);
    const count = 1 << (height % tileHeight);
    const first = number * BigInt(count);
    const name = { level, number: first / tileWidth };
    const at = Number(first % tileWidth);
    let row = (await this.hashes(name)).slice(at, at + count);
    while (row.length > 1) row = row.flatMap((hash, place) => (place % 2 === 0 ? [nodeHash(hash, row[place + 1] as Uint8Array)] : []));
    return { hash: row[0] as Uint8Array, from: [name] };
  }

  /** The root of the leaves from `from` to before `to`, which are a subtree of the tree. */
  async subtree(from: bigint, to: bigint): Promise<Node> {
    const count = to - from;
    const height = (count - 1n).toString(2).length;
    if (count === 1n) return this.perfect(0, from);
    if (count === 1n << BigInt(height) && from % count === 0n) return this.perfect(height, from / count);
    const split = from + topPower(count);
    const [left, right] = [await this.subtree(from, split), await this.subtree(split, to)];
    return { hash: nodeHash(left.hash, right.hash), from: [...left.from, ...right.from] };
  }

  /** The way from the subtree of 2^height leaves at `number` to the root; each step with what it takes. */
  async path(height: number, number: bigint): Promise<{ readonly start: Uint8Array; readonly steps: readonly PathStep[] }> {
    const first = number << BigInt(height);
    const last = first + (1n << BigInt(height));
    const beside: { from: bigint; to: bigint; isLeft: boolean }[] = [];
    let [from, to] = [0n, this.size];
    while (to - from > last - first) {
      const split = from + topPower(to - from);
      const isLeft = first >= split;
      beside.unshift(isLeft ? { from, to: split, isLeft } : { from: split, to, isLeft });
      if (isLeft) from = split;
      else to = split;
    }
    const { hash: start } = await this.subtree(first, last < this.size ? last : this.size);
    const steps: PathStep[] = [];
    let hash = start;
    for (const { from: a, to: b, isLeft } of beside) {
      const node = await this.subtree(a, b);
      hash = isLeft ? nodeHash(node.hash, hash) : nodeHash(hash, node.hash);
      steps.push({ sibling: node.hash, isLeft, from: node.from, hash });
    }
    return { start, steps };
  }

  /** The proof that this tree continues one of that size (RFC 9162 section 2.1.4). */
  async consistency(older: bigint): Promise<Uint8Array[]> {
    const proof: Uint8Array[] = [];
    let [from, to, isWhole] = [0n, this.size, true];
    while (older < to) {
      const split = from + topPower(to - from);
      if (older <= split) {
        proof.unshift((await this.subtree(split, to)).hash);
        to = split;
      } else {
        proof.unshift((await this.subtree(from, split)).hash);
        from = split;
        isWhole = false;
      }
    }
    return isWhole ? proof : [(await this.subtree(from, to)).hash, ...proof];
  }
}
