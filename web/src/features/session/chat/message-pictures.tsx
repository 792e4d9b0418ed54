import { type ReactNode, useState } from "react";
import type { Upload } from "@/api/uploads";
import { StoredPicture } from "@/components/compose/picture";
import { Dialog } from "@/components/ui";
import { cx } from "@/lib/cx";

interface MessagePicturesProps {
  readonly pictures: ReadonlyArray<Pick<Upload, "id"> & Partial<Upload>>;
  readonly by: string;
}

/** The pictures of a message: small beside the words, larger on a press. */
export function MessagePictures({ pictures, by }: MessagePicturesProps): ReactNode {
  const [open, setOpen] = useState<number | null>(null);
  if (pictures.length === 0) {
    return null;
  }
  const shown = open === null ? null : pictures[open];
  return (
    <div className={cx("mt-1.5 flex flex-wrap gap-2", by === "You" && "justify-end")}>
      {pictures.map((picture, index) => (
        <button
          key={picture.id}
          type="button"
          onClick={() => setOpen(index)}
          aria-label={`Open ${nameOf(index, pictures.length, by)}`}
          className="overflow-hidden rounded-card border border-default bg-code hover:border-hover"
        >
          <StoredPicture
            id={picture.id}
            alt={nameOf(index, pictures.length, by)}
            className="block h-30 w-40 object-cover max-sm:h-24 max-sm:w-32"
          />
        </button>
      ))}
      {shown && open !== null ? (
        <Dialog
          open
          wide
          onClose={() => setOpen(null)}
          title={`Picture ${open + 1} of ${pictures.length}`}
          {...(shown.width && shown.height ? { description: `${shown.width} x ${shown.height} pixels` } : {})}
          className="sm:!max-w-5xl"
        >
          <StoredPicture
            id={shown.id}
            alt={nameOf(open, pictures.length, by)}
            className="mx-auto block max-h-[70dvh] min-h-40 max-w-full object-contain"
            {...(shown.width && shown.height ? { width: shown.width, height: shown.height } : {})}
          />
        </Dialog>
      ) : null}
    </div>
  );
}

function nameOf(index: number, count: number, by: string): string {
  const which = count === 1 ? "picture" : `picture ${index + 1} of ${count}`;
  return `${which} from ${by === "You" ? "you" : by}`;
}
