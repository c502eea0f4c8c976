import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { priceProviders } from "../model/catalog-update.ts";
import { completionScripts } from "./completion-scripts.ts";
import { offers } from "./completions.ts";

const offered = {
  runs: () => Promise.resolve([{ text: "k3v9", about: "linpack, running" }]),
  images: () => Promise.resolve([{ text: "debian:bookworm", about: "" }]),
};

test.each<[string[], string[]]>([
  [["im"], ["image"]],
  [
    ["image", ""],
    ["build", "pull", "ls", "show", "rm", "gc"],
  ],
  [["image", "s"], ["show"]],
  [["run", "--le"], ["--level"]],
  [
    ["run", "--level", ""],
    ["process", "container", "vm"],
  ],
  [["run", "--level", "v"], ["vm"]],
  [["run", "--image", "deb"], ["debian:bookworm"]],
  [["run", ""], [":files"]],
  [["run", "--json", "work"], [":files"]],
  [["show", ""], ["k3v9"]],
  [["image", "rm", ""], ["debian:bookworm"]],
  [
    ["completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [["catalog", "update", ""], [...priceProviders]],
  [["catalog", "update", "gcp", "--api-key-file", ""], [":files"]],
  [["nothing", ""], []],
])("after %j come %j", async (words, expected) => {
  expect((await offers(words, offered)).map(({ text }) => text)).toEqual(expected);
});

test("hidden commands are not offered", async () => {
  const all = await offers([""], offered);
  expect(all.map(({ text }) => text)).not.toContain("__complete");
  expect(all.filter(({ text }) => text === "image")).toHaveLength(1);
});

test.for<[string, string[]]>([
  ["bash", ["--norc", "-n"]],
  ["zsh", ["-n"]],
  ["fish", ["-n"]],
])("%s accepts its script", ([shell, args], context) => {
  const folder = mkdtempSync(join(tmpdir(), "aloft-completion-"));
  const file = join(folder, "script");
  writeFileSync(file, completionScripts.get(shell) ?? "");
  const { error, status, stderr } = spawnSync(shell, [...args, file], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  if (error) context.skip(`${shell} is not installed: apt-get install ${shell}`);
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("bash completes what `__complete` offers, and file names where it asks for them", () => {
  const folder = mkdtempSync(join(tmpdir(), "aloft-completion-"));
  try {
    const program = join(folder, "aloft");
    writeFileSync(program, '#!/bin/sh\nshift 2\nprintf "%s\\tabout\\n" "$*-x"\necho :files\n');
    chmodSync(program, 0o755);
    writeFileSync(join(folder, "work a.yaml"), "");
    const script = `${completionScripts.get("bash")}
      COMP_WORDS=(aloft run work) COMP_CWORD=2
      _aloft
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const said = execFileSync("bash", ["--norc", "-c", script], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    expect(said).toBe("run work-x\nwork a.yaml\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
