import { ImageOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { usePicture } from "@/api/uploads";
import { Skeleton } from "@/components/ui";
import { cx } from "@/lib/cx";

/** An address for bytes in this page, given back when it is no longer shown. */
export function useObjectUrl(blob: Blob | null | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) {
      setUrl(null);
      return undefined;
    }
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

interface StoredPictureProps {
  readonly id: string;
  readonly alt: string;
  readonly className?: string;
  readonly width?: number;
  readonly height?: number;
}

/** A stored picture; keeps its place while it loads and says so when it cannot be shown. */
export function StoredPicture({ id, alt, className, width, height }: StoredPictureProps): ReactNode {
  const picture = usePicture(id);
  const url = useObjectUrl(picture.data);
  if (picture.isError) {
    return (
      <span
        role="img"
        aria-label={`${alt}: cannot be shown`}
        className={cx("grid place-items-center bg-code text-muted", className)}
      >
        <ImageOff size={18} aria-hidden />
      </span>
    );
  }
  return url ? (
    <img src={url} alt={alt} width={width} height={height} className={className} />
  ) : (
    <Skeleton className={cx("!rounded-none", className)} />
  );
}
