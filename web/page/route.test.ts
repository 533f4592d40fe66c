import assert from "node:assert/strict";
import { test } from "node:test";
import { format, parse, type Route } from "./route";

const id = "ab".repeat(32);

test("every route is written and read", () => {
  const routes: Route[] = [
    { screen: "home" },
    { screen: "open" },
    { screen: "scan" },
    { screen: "receive" },
    { screen: "send" },
    { screen: "receive", by: "lightning" },
    { screen: "send", by: "lightning" },
    { screen: "operation", federation: id, id },
    { screen: "history", filter: "all" },
    { screen: "history", filter: "open" },
    { screen: "federation", id },
    { screen: "settings" },
    { screen: "words" },
  ];
  for (const route of routes) assert.deepEqual(parse(format(route)), route);
});

test("what is no route is home", () => {
  for (const hash of ["", "#", "#/", "#/nowhere", "#/operation/x/y", `#/operation/${id}`, "#/federation/<b>", "#/%00"]) {
    assert.deepEqual(parse(hash), { screen: "home" }, hash);
  }
  assert.deepEqual(parse("#/history/other"), { screen: "history", filter: "all" });
  assert.deepEqual(parse("#/receive/other"), { screen: "receive" });
});
