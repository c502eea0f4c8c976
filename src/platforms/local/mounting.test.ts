import { expect, test } from "vitest";
import { mayMountImages } from "./mounting.ts";

const all = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nCapBnd:\t0\n";
const machine = "         0          0 4294967295\n";

test("root of the machine may mount images", () => {
  expect(mayMountImages(all, machine)).toBe(true);
});

test.for([
  ["an ordinary user", "CapEff:\t0000000000000000\n", machine],
  ["root in a container", "CapEff:\t00000000a80425fb\n", machine],
  ["root of a user namespace", all, "         0       1000          1\n"],
  ["somebody without /proc", "", ""],
] as const)("%s may not mount images", ([, status, uidMap]) => {
  expect(mayMountImages(status, uidMap)).toBe(false);
});
