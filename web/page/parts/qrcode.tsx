// A QR code, drawn as SVG. What draws it is loaded when one is shown.

import { useEffect, useState } from "preact/hooks";

interface Props {
  text: string;
  label: string;
  /** What is shown for a text that is too long. */
  tooLong?: string;
}

/** Whether there is a QR code for a text. */
export const fitsQR = (text: string) => text.length <= longest;

/** How many bytes fit into the largest QR code. */
const longest = 2900;

/** Empty modules around the code, without which readers do not find it. */
const border = 4;

export function QRCode({ text, label, tooLong = "" }: Props) {
  const [code, setCode] = useState<{ path: string; size: number }>();
  const fits = fitsQR(text);
  useEffect(() => {
    let current = true;
    if (fits) void draw(text).then((drawn) => current && setCode(drawn));
    return () => {
      current = false;
    };
  }, [text]);
  if (!fits) return <p class="hint">{tooLong}</p>;
  const size = code?.size ?? 1;
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      {code && <path d={code.path} />}
    </svg>
  );
}

async function draw(text: string): Promise<{ path: string; size: number }> {
  const { encodeQR } = await import("qr");
  const rows = encodeQR(text, "raw", { ecc: "low", border });
  let path = "";
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const from = x;
      while (row[x + 1]) x++;
      path += `M${from} ${y}h${x - from + 1}v1H${from}z`;
    }
  });
  return { path, size: rows.length };
}
