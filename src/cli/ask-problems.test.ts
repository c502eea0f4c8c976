import { expect, test } from "vitest";
import { parseAnswers } from "./ask-file.ts";
import { complaint } from "./ask-form.ts";
import { answersProblems } from "./ask-problems.ts";
import { questions } from "./ask-questions.ts";
import { Answers } from "./ask-answers.ts";

test.each<[object, string[]]>([
  [{ command: "x" }, []],
  [{ command: "x", kind: "coupled", ranks: 64, machines: 4 }, []],
  [{}, ["command is not answered"]],
  [{ command: "x", kind: "coupled" }, ["ranks is not answered; the kind coupled needs"]],
  [{ command: "x", kind: "independent" }, ["tasks is not answered"]],
  [{ command: "x", kind: "memory" }, ["memory is not answered"]],
  [{ command: "x", kind: "accelerated" }, []],
  [{ command: "x", ranks: 3 }, ["ranks is asked for the kind coupled only"]],
  [{ command: "x", kind: "big" }, ["kind: expected one of single, memory"]],
  [{ command: "x", memroy: "1G" }, ['nothing called "memroy" is asked; did you mean "memory"?']],
  [{ command: "x", memory: "16 gigs" }, ['memory: "16 gigs" is not a size']],
  [{ command: "x", memory: "4" }, ["4 B of memory is too little"]],
  [{ command: "x", time: "soon" }, ['time: "soon" is not a duration']],
  [{ command: "x", deadline: "0" }, ["deadline: expected more than zero"]],
  [{ command: "x", cpus: 9999 }, ["cpus is 9999; expected at most 4096"]],
  [{ command: "x", cpus: "4" }, ["cpus: expected number"]],
  [{ command: " " }, ["the command is blank"]],
  [{ command: "x", outputs: ["../y"] }, ['"../y" climbs out']],
  [{ command: "x", name: "a b" }, ['name is "a b"']],
  [{ command: "x", licenseServer: "here" }, ["licenseServer means nothing without licenses"]],
  [{ command: "x", dataAt: "s3://b" }, ['"s3://b" is no place']],
  [
    { command: "x", kind: "coupled", ranks: 2, machines: 4 },
    ["machines is 4, but they share 2 cpus"],
  ],
  [{ command: "x", budget: 5, currency: "euro" }, ['currency is "euro"']],
])("%j", (answers, expected) => {
  const messages = answersProblems(answers).map(({ message }) => message);
  expect(messages).toEqual(expected.map((text) => expect.stringContaining(text)));
});

test("a file of answers is refused with every place, and the way to the questions", () => {
  const text = '{\n  "kind": "coupled",\n  "comand": "x",\n  "time": "soon"\n}';
  expect(() => parseAnswers(text, "answers.json")).toThrow(
    expect.objectContaining({
      code: "bad-input",
      message: expect.stringMatching(
        /answers\.json:3:3: nothing called[^]*answers\.json:4:11: time: "soon" is not a duration/,
      ),
      hint: expect.stringContaining("aloft ask --json"),
    }),
  );
  expect(() => parseAnswers("[]", "a")).toThrow(/a:1:1: this: expected object/);
  expect(() => parseAnswers("{", "a")).toThrow(/^a:1:/);
});

test("every question is one of the answers, and every answer is asked for, once", () => {
  const asked = questions.map(({ topic }) => topic);
  expect(asked.toSorted()).toEqual(Object.keys(Answers.shape).toSorted());
});

test("the form judges an answer by itself and by those before it", () => {
  expect(complaint("memory", "16 GiB", {})).toBeUndefined();
  expect(complaint("memory", undefined, {})).toBeUndefined();
  expect(complaint("memory", undefined, { kind: "memory" })).toContain("not answered");
  expect(complaint("machines", 9, { kind: "coupled", ranks: 8 })).toContain("a cpu for each");
  expect(complaint("command", undefined, {})).toContain("nothing to run");
  expect(complaint("cpus", "four", {})).toContain("expected number");
});
