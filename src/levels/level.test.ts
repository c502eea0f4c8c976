import { expect, test } from "vitest";
import { startFolder } from "./level.ts";

test.for([
  [undefined, "/work"],
  [".", "/work"],
  ["a/b/", "/work/a/b"],
  ["a/../b", "/work/b"],
  ["/", "/"],
  ["/usr/../opt", "/opt"],
] as const)("the workdir %s is %s", ([workdir, folder]) => {
  expect(startFolder(workdir === undefined ? {} : { workdir }, "/work")).toBe(folder);
});

test.for(["..", "a/../../work2"])("the relative workdir %s leads out and is refused", (workdir) => {
  expect(() => startFolder({ workdir }, "/work")).toThrow(
    expect.objectContaining({ code: "bad-input" }),
  );
});
