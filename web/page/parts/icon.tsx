// The few pictures of the page, each 24 units wide, drawn with lines.

const paths = {
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  settings: "M4 8h9M17 8h3M4 16h3M11 16h9M13 8a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 16a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  receive: "M18 6L7 17M7 8v9h9",
  send: "M6 18L17 7M8 7h9v9",
  returned: "M9 6L5 10l4 4M5 10h9a5 5 0 0 1 0 10h-3",
  scan: "M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4M4 12h16",
  paste: "M8 5H6a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1h-2M9 3h6v4H9z",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  copy: "M9 9h10v11H9zM15 5H5v11",
  share: "M12 3v12M8 7l4-4 4 4M5 12v8h14v-8",
  check: "M5 13l4 4L19 7",
  warning: "M12 4L2.5 20h19zM12 10v4M12 17h.01",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M12 7v5l3 2",
  gift: "M4 11h16v9H4zM3 7h18v4H3zM12 7v13M12 7c-6 0-5-5-2.5-4S12 7 12 7c0 0 0-3 2.5-4S18 7 12 7",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 1 0 0-13M15.5 15.5L20 20",
  move: "M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4",
  file: "M7 3h7l4 4v14H7zM14 3v4h4M12.5 11v6M10 14.5l2.5 2.5 2.5-2.5",
  close: "M6 6l12 12M18 6L6 18",
  words: "M6 4h12v16H6zM9 9h6M9 13h6M9 17h3",
} as const;

export type IconName = keyof typeof paths;

/** A picture that says nothing which is not said in words beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** The wallet's sign. */
export function Brand() {
  return (
    <svg class="brand" viewBox="96 80 320 344" aria-hidden="true" focusable="false">
      <circle class="brand-handle" cx="256" cy="166" r="57" />
      <rect class="brand-body" x="112" y="172" width="288" height="236" rx="44" />
      <rect class="brand-flap" x="112" y="172" width="288" height="124" rx="44" />
      <rect class="brand-clasp" x="232" y="262" width="48" height="64" rx="16" />
    </svg>
  );
}
