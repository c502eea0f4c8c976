import { expect, test } from "vitest";
import { isReadableOnTheWay, parseEndpoint, shownUrl } from "./shown-url.ts";

test("a login and a key are not shown, and a query can be read", () => {
  expect(shownUrl("https://me:word@h.example/a?key=AIza&b=1")).toBe(
    "https://h.example/a?key=…&b=1",
  );
  expect(shownUrl("https://h.example/?$filter=a%20eq%20'b%0Ac'")).toBe(
    "https://h.example/?$filter=a eq 'b?c'",
  );
  expect(shownUrl(`https://h.example/${"a".repeat(500)}`)).toHaveLength(200);
  expect(shownUrl("https://h.example/%E0%A4%A")).toBe("https://h.example/%E0%A4%A");
});

test.each([
  ["https://h.example/", "https://h.example"],
  ["http://127.0.0.1:8080/mirror//", "http://127.0.0.1:8080/mirror"],
])("%s is the endpoint %s", (written, endpoint) => {
  expect(parseEndpoint(written)).toBe(endpoint);
});

test.each(["", "h.example", "ftp://h.example", "https://h.example/?a=1", "https://h.example/#a"])(
  "%j is no endpoint",
  (written) => {
    expect(() => parseEndpoint(written)).toThrow(/is not an endpoint/);
  },
);

test("a login in an endpoint is refused and not repeated", () => {
  expect(() => parseEndpoint("https://me:word@h.example")).toThrow(
    /^an endpoint cannot hold a login$/,
  );
});

test.each([
  ["https://h.example", false],
  ["http://localhost:1", false],
  ["http://127.0.0.1", false],
  ["http://[::1]:80", false],
  ["http://h.example", true],
  ["http://127.0.0.1.h.example", true],
])("what is sent to %s can be read on the way: %j", (endpoint, readable) => {
  expect(isReadableOnTheWay(endpoint)).toBe(readable);
});
