import { useQuery } from "@tanstack/react-query";
import { api, send } from "@/lib/api";
import type * as Schema from "./schema.gen";

export type Upload = Schema.UploadOut;

/** Stores a picture; the server decodes and re-encodes it. The same key on a repeat stores it once. */
export async function uploadPicture(file: File, key: string, signal: AbortSignal): Promise<Upload> {
  const body = new FormData();
  body.append("file", file);
  const response = await send("/uploads", {
    method: "POST",
    headers: { Accept: "application/json", "Idempotency-Key": key },
    body,
    signal,
  });
  return (await response.json()) as Upload;
}

export function deleteUpload(id: string): Promise<void> {
  return api.delete<void>(`/uploads/${id}`);
}

/** The bytes of a stored picture. Fetched rather than linked, so that a sign-in that ran out is renewed on the way. */
export function usePicture(id: string | null) {
  return useQuery({
    queryKey: ["picture", id],
    queryFn: async ({ signal }) => (await send(`/uploads/${id}/content`, { method: "GET", signal })).blob(),
    enabled: id !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}
