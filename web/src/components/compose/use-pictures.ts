import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { deleteUpload, uploadPicture } from "@/api/uploads";
import { newIdempotencyKey } from "@/lib/api";
import { ApiError, isApiError } from "@/lib/api-error";
import { deleteDraft, loadDraft, saveDraft } from "@/lib/drafts";

export const MOST_PICTURES = 3;
const MOST_BYTES = 10 * 1024 * 1024;
export const TAKEN_TYPES = "image/png,image/jpeg,image/webp,image/gif";

/** A picture on its way into a message. `file` is null for one that was kept over a reload: its bytes are on the server. */
export interface Picture {
  readonly key: string;
  readonly name: string;
  readonly state: "uploading" | "ready" | "failed";
  readonly id: string | null;
  readonly file: File | null;
  readonly error: unknown;
}

export interface Pictures {
  readonly items: readonly Picture[];
  readonly ids: readonly string[];
  readonly uploading: boolean;
  /** Why the last ones were not taken at all. */
  readonly refused: string | null;
  readonly add: (files: Iterable<File>) => void;
  readonly remove: (key: string) => void;
  readonly retry: (key: string) => void;
  /** After sending: they belong to the message now. */
  readonly clear: () => void;
}

/** Up to three pictures of a message that is being written: uploaded at once, kept over a reload with the draft they belong to. */
export function usePictures(draftKey: string): Pictures {
  const key = `pictures/${draftKey}`;
  const [items, setItems] = useState<readonly Picture[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [shownKey, setShownKey] = useState(key);
  const stops = useRef(new Map<string, AbortController>());
  const current = useRef(key);
  current.current = key;
  const ready = useRef<string | null>(null);

  if (shownKey !== key) {
    setShownKey(key);
    setItems([]);
    setRefused(null);
  }
  useEffect(() => {
    let alive = true;
    void loadDraft(key).then((stored) => {
      if (alive) {
        const kept = parse(stored);
        setItems((now) => [...kept.filter((one) => now.every((other) => other.key !== one.key)), ...now]);
        ready.current = key;
      }
    });
    return () => {
      alive = false;
      ready.current = null;
    };
  }, [key]);
  useEffect(() => {
    if (ready.current === key) {
      const kept = items.flatMap((one) => (one.id ? [{ id: one.id, name: one.name }] : []));
      void (kept.length > 0 ? saveDraft(key, JSON.stringify(kept)) : deleteDraft(key));
    }
  }, [items, key]);

  const change = useCallback((which: string, to: Partial<Picture>) => {
    setItems((now) => now.map((one) => (one.key === which ? { ...one, ...to } : one)));
  }, []);
  const start = useCallback(
    async (picture: Picture, file: File) => {
      const stop = new AbortController();
      const home = current.current;
      stops.current.set(picture.key, stop);
      try {
        const stored = await uploadPicture(file, picture.key, stop.signal);
        if (stop.signal.aborted || current.current !== home) {
          void deleteUpload(stored.id).catch(() => undefined);
          return;
        }
        change(picture.key, { state: "ready", id: stored.id });
      } catch (error) {
        if (!stop.signal.aborted) {
          change(picture.key, { state: "failed", error });
        }
      } finally {
        stops.current.delete(picture.key);
      }
    },
    [change],
  );

  const add = (files: Iterable<File>) => {
    const given = [...files];
    const room = MOST_PICTURES - items.length;
    setRefused(given.length > room ? "A message takes up to three pictures. The others were left out." : null);
    const fresh = given.slice(0, Math.max(0, room)).map((file) => newPicture(file));
    setItems((now) => [...now, ...fresh]);
    for (const picture of fresh) {
      if (picture.file && picture.state === "uploading") {
        void start(picture, picture.file);
      }
    }
  };
  const remove = (which: string) => {
    stops.current.get(which)?.abort();
    const gone = items.find((one) => one.key === which);
    setRefused(null);
    setItems((now) => now.filter((one) => one.key !== which));
    if (gone?.id) {
      // What cannot be deleted now goes by itself within a day.
      void deleteUpload(gone.id).catch(() => undefined);
    }
  };
  const retry = (which: string) => {
    const found = items.find((one) => one.key === which);
    if (found?.file) {
      change(which, { state: "uploading", error: null });
      void start(found, found.file);
    }
  };
  const clear = useCallback(() => {
    setItems([]);
    setRefused(null);
    // Straight away: the page may be gone before the next effect, and what was sent must not come back.
    void deleteDraft(current.current);
  }, []);
  const ids = useMemo(() => items.flatMap((one) => (one.state === "ready" && one.id ? [one.id] : [])), [items]);
  return {
    items,
    ids,
    uploading: items.some((one) => one.state === "uploading"),
    refused,
    add,
    remove,
    retry,
    clear,
  };
}

function newPicture(file: File): Picture {
  const base = { key: newIdempotencyKey(), name: file.name || "Pasted picture", id: null, file, error: null };
  if (!TAKEN_TYPES.split(",").includes(file.type)) {
    return {
      ...base,
      state: "failed",
      error: local("unsupported_type", "Not a picture: send PNG, JPEG, WebP or GIF."),
    };
  }
  if (file.size > MOST_BYTES) {
    return { ...base, state: "failed", error: local("file_too_large", "Over 10 MiB. Send a smaller picture.") };
  }
  return { ...base, state: "uploading" };
}

const local = (code: string, text: string) => new ApiError(400, code, text);

/** Whether uploading the same file again may help. */
export function worthRetrying(picture: Picture): boolean {
  return picture.file !== null && isApiError(picture.error) && picture.error.transient;
}

/** The pictures of a paste or a drop; empty when it carries none. */
export function picturesOf(data: DataTransfer): readonly File[] {
  return [...data.files].filter((file) => file.type.startsWith("image/"));
}

function parse(stored: string | null): readonly Picture[] {
  if (!stored) {
    return [];
  }
  try {
    const kept: unknown = JSON.parse(stored);
    return Array.isArray(kept) ? kept.flatMap((one: unknown) => restored(one)).slice(0, MOST_PICTURES) : [];
  } catch {
    return [];
  }
}

function restored(one: unknown): readonly Picture[] {
  if (typeof one !== "object" || one === null) {
    return [];
  }
  const id: unknown = Reflect.get(one, "id");
  const name: unknown = Reflect.get(one, "name");
  return typeof id === "string" && typeof name === "string"
    ? [{ key: id, name, state: "ready", id, file: null, error: null }]
    : [];
}
