import assert from "node:assert/strict";
import { test } from "node:test";
import { foreign, walletWords } from "./foreign";

test("what a text is instead", () => {
  const invoice = "lnbc20m1" + "q0".repeat(60);
  const cases: [string, string | undefined][] = [
    [invoice, "invoice"],
    [`lightning:${invoice.toUpperCase()}`, "invoice"],
    [`Please pay ${invoice} today`, "invoice"],
    ["lnurl1dp68gurn8ghj7um9wfmxjcm99e3k7mf0v9cxj0m385ekvcenxc6r2c35", "lightning"],
    ["bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bitcoin"],
    ["BITCOIN:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?amount=1", "bitcoin"],
    ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bitcoin"],
    ["3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "bitcoin"],
    ["cashuAeyJ0b2tlbiI6W3sicHJvb2ZzIjpbXX1dfQ", "cashu"],
    ["cashu:cashuBo2F0gaJhaUgAqfkeBfcO", "cashu"],
    ["AgEE" + "kz9a".repeat(20), "ecash"],
    ["AgEE" + "kz9a".repeat(20) + "x", "ecash"],
    ["AgEE" + "kz9a".repeat(10) + "\n" + "kz9a".repeat(10), "ecash"],
    ["fedimint" + "02abc".repeat(8), "ecash"],
    ["hello", undefined],
    ["", undefined],
    ["13", undefined],
    ["a longer text that somebody wrote about nothing of all this, and some more of it", undefined],
  ];
  for (const [text, kind] of cases) assert.equal(foreign(text), kind, text);
});

test("the words of a wallet", () => {
  const twelve = "legal winner thank year wave sausage worth useful legal winner thank yellow";
  const numbered = twelve.split(" ").map((word, i) => `${i + 1}. ${word}`);
  const words = [twelve, ` ${twelve.toUpperCase()}\n`, twelve.replaceAll(" ", ", "), numbered.join("\n"), numbered.join(" "), `${twelve} ${twelve}`];
  for (const text of words) assert.ok(walletWords(text), text);
  const others = ["", "hello", "FEDIMINT" + "02ABCV".repeat(20), twelve.slice(0, -7), `${twelve} zoo`, "a b c d e f g h i j k l", `${twelve.slice(0, -6)}fed1abc`, "https://wallet.example/#fed11abc"];
  for (const text of others) assert.ok(!walletWords(text), text);
});
