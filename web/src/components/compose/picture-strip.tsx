import { LoaderCircle, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { TextButton } from "@/components/ui";
import { messageOf } from "@/lib/api-error";
import { cx } from "@/lib/cx";
import { StoredPicture, useObjectUrl } from "./picture";
import { type Picture, type Pictures, worthRetrying } from "./use-pictures";

/** The pictures of a message that is being written: thumbnails with their state, and what went wrong with which. */
export function PictureStrip({
  pictures,
  className,
}: {
  readonly pictures: Pictures;
  readonly className?: string;
}): ReactNode {
  if (pictures.items.length === 0 && !pictures.refused) {
    return null;
  }
  return (
    <div className={className}>
      <ul aria-label="Pictures" className="flex flex-wrap gap-2">
        {pictures.items.map((picture) => (
          <li key={picture.key}>
            <Thumbnail picture={picture} onRemove={() => pictures.remove(picture.key)} />
          </li>
        ))}
      </ul>
      {pictures.items
        .filter((picture) => picture.state === "failed")
        .map((picture) => (
          <p
            key={picture.key}
            role="alert"
            className="mt-1.5 flex flex-wrap items-center gap-x-2 text-hint text-danger"
          >
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {picture.name}: {messageOf(picture.error)}
            </span>
            {worthRetrying(picture) ? <TextButton onClick={() => pictures.retry(picture.key)}>Retry</TextButton> : null}
          </p>
        ))}
      {pictures.refused ? (
        <p role="status" className="mt-1.5 text-hint text-warning">
          {pictures.refused}
        </p>
      ) : null}
    </div>
  );
}

function Thumbnail({ picture, onRemove }: { readonly picture: Picture; readonly onRemove: () => void }): ReactNode {
  const failed = picture.state === "failed";
  return (
    <div
      aria-busy={picture.state === "uploading" || undefined}
      className={cx(
        "relative size-16 overflow-hidden rounded-card border bg-code",
        failed ? "border-danger-tint" : "border-default",
      )}
      title={picture.name}
    >
      {failed ? (
        <span className="grid size-full place-items-center text-danger">
          <TriangleAlert size={18} aria-hidden />
        </span>
      ) : picture.file ? (
        <LocalPicture file={picture.file} alt={picture.name} />
      ) : picture.id ? (
        <StoredPicture id={picture.id} alt={picture.name} className="size-full object-cover" />
      ) : null}
      {picture.state === "uploading" ? (
        <span className="absolute inset-x-0 bottom-0 flex items-center gap-1 bg-card px-1.5 py-0.5 text-pill text-muted-foreground">
          <LoaderCircle size={11} className="animate-spin" aria-hidden />
          Uploading
        </span>
      ) : null}
      <button
        type="button"
        aria-label={`Remove ${picture.name}`}
        title="Remove"
        onClick={onRemove}
        className="absolute right-0.5 top-0.5 grid size-6 place-items-center rounded-full border border-hover bg-card text-primary hover:bg-elevated"
      >
        <X size={13} aria-hidden />
      </button>
    </div>
  );
}

function LocalPicture({ file, alt }: { readonly file: File; readonly alt: string }): ReactNode {
  const url = useObjectUrl(file);
  return url ? <img src={url} alt={alt} className="size-full object-cover" /> : null;
}
