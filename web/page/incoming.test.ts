import assert from "node:assert/strict";
import { test } from "node:test";
import { carried, linkTo, payload } from "./incoming";

const invite = "fed11qgqzc2nhwden5te0vejkg6tdd9h8gepwvejkg6tdd9h8garhduhx6at5d9h8jmn9wshxxmmd9uqqzgxg6s3evnr6m";
const invoice = "lnbcrt20m1" + "q0".repeat(60);
const ecash = "AgEEkz9a".repeat(16) + "QQ==";

test("what a text is about", () => {
  const newer = "fedimint" + "02abcv".repeat(20);
  const cases: [string, string][] = [
    ["fed11abc", "fed11abc"],
    [newer.toUpperCase(), newer.toUpperCase()], // as a QR code has it
    [`fedimint:${newer}`, newer],
    [`WEB+FEDIMINT:${newer.toUpperCase()}`, newer.toUpperCase()],
    [`https://wallet.example/#${newer}`, newer],
    [`Here is 100 sat:\n\n${newer}\n\nBye`, newer],
    [`${newer.slice(0, 76)}\n${newer.slice(76)}`, newer],
    [newer + newer, newer],
    ["  fed11abc\n", "fed11abc"],
    ["web+fedimint:fed11abc", "fed11abc"],
    ["fedimint:fed11abc", "fed11abc"],
    ["FEDIMINT://fed11abc", "fed11abc"],
    ["fedimint02abc", "fedimint02abc"], // e-cash in base32, no scheme
    ["https://wallet.example/#fed11abc", "fed11abc"],
    ["https://wallet.example/some/path#AgEEkw==", "AgEEkw=="],
    ["https://wallet.example/#web%2Bfedimint%3Afed11abc", "fed11abc"],
    ["https://wallet.example/?open=fed11abc", "https://wallet.example/?open=fed11abc"],
    ["https://wallet.example/#/settings", "https://wallet.example/#/settings"],
    ["https://wallet.example/", "https://wallet.example/"],
    ["https://", "https://"],
    [`Join here: https://wallet.example/#${invite} ok?`, invite],
    [`Join here: <${invite}>.`, invite],
    [`\u201c${invite}\u201d`, invite],
    [`take this \u201c${ecash}\u201d`, ecash],
    [`web+fedimint:${invite}\nsee you`, invite],
    [`Here is 100 sat:\n\n${ecash}\n\nBye`, ecash],
    [`${ecash}\n${ecash}`, ecash],
    [ecash + ecash, ecash],
    [`${ecash.slice(0, 76)}\n${ecash.slice(76)}`, ecash],
    [`${invite} ok`, invite],
    [`${ecash}\nok`, ecash],
    [`lightning:${invoice}`, invoice],
    [`LIGHTNING:${invoice.toUpperCase()}`, invoice.toUpperCase()],
    [`lightning://${invoice}`, invoice],
    [`Please pay ${invoice}, thanks`, invoice],
    [`Please pay <lightning:${invoice}>.`, invoice],
    [`https://wallet.example/#lightning:${invoice}`, invoice],
    ["neither this nor that", "neither this nor that"],
    ["", ""],
  ];
  for (const [text, about] of cases) assert.equal(payload(text), about, JSON.stringify(text));
});

test("a text is not looked at for ever", () => {
  assert.equal(payload("b" + "a".repeat(3 << 20)).length, 1 << 20);
});

test("what the address of the page carries", () => {
  const cases: [string, string | undefined][] = [
    ["https://wallet.example/", undefined],
    ["https://wallet.example/#", undefined],
    ["https://wallet.example/#/history", undefined],
    ["https://wallet.example/#fed11abc", "fed11abc"],
    ["https://wallet.example/#100%", "100%"],
    ["https://wallet.example/?open=fed11abc", undefined],
    ["https://wallet.example/?text=web%2Bfedimint%3Afed11abc#/history", undefined],
    ["https://wallet.example/?open=fed12#fed11abc", "fed11abc"],
  ];
  for (const [url, text] of cases) assert.equal(carried(new URL(url)), text, url);
});

test("a link to a text leads back to it", () => {
  const page = new URL("https://wallet.example/");
  for (const text of ["fed11abc", "AgEEkw==", "a-b_c=="]) {
    const link = linkTo(text, page as unknown as Location);
    assert.equal(payload(link), text);
    assert.equal(new URL(link).search, "");
  }
});
