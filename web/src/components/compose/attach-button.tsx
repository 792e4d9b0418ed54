import { type ReactNode, useRef } from "react";
import { type Pictures, TAKEN_TYPES } from "./use-pictures";

/** Opens the file dialog of the browser for pictures; the press itself is drawn by the page. */
export function AttachPictures({
  pictures,
  children,
}: {
  readonly pictures: Pictures;
  readonly children: (open: () => void) => ReactNode;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={TAKEN_TYPES}
        aria-label="Pictures to attach"
        data-testid="attach-input"
        onChange={(event) => {
          pictures.add(event.target.files ?? []);
          // The same file may be chosen again after it was removed.
          event.target.value = "";
        }}
      />
      {children(() => input.current?.click())}
    </>
  );
}
