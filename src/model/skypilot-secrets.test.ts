import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { withoutSecrets } from "./skypilot-secrets.ts";

test("values are hidden in their place, and nothing else", () => {
  const text = "run: echo\nsecrets:\n  A: s3cret\n  B: |\n    two\n    lines\nenvs: { A: b }\n";
  const masked = withoutSecrets(text);
  expect(masked).toBe(
    "run: echo\nsecrets:\n  ** ******\n  ** *\n    ***\n    *****\nenvs: { A: b }\n",
  );
  expect(withoutSecrets("my_secrets: x")).toBe("my_secrets: x");
});

test.each([
  "secrets: { A: s3cret }",
  "secrets:\n\tA: s3cret",
  "secrets:\n- s3cret",
  '{"run": "x", "secrets": {"A": "s3cret"}}',
  "{ run: x, secrets: { A: s3cret",
  "'secrets':\n  A: s3cret",
  "secrets:\n  A: 's3cret\n  B: [s3cret",
])("%j shows none", (text) => {
  expect(withoutSecrets(text)).not.toContain("s3cret");
});

test("no value of any document is left", () => {
  const value = fc
    .stringMatching(/^[a-z0-9]{6,20}$/)
    .filter((text) => !/^(run|secrets)/.test(text));
  const document = fc.record({
    secrets: fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), value, { minKeys: 1 }),
    run: fc.constant("echo"),
  });
  fc.assert(
    fc.property(document, fc.boolean(), (task, json) => {
      const text = json ? JSON.stringify(task) : stringify(task);
      const masked = withoutSecrets(text);
      expect(masked).toHaveLength(text.length);
      for (const secret of Object.values(task.secrets)) expect(masked).not.toContain(secret);
    }),
    { numRuns: 200 },
  );
});
