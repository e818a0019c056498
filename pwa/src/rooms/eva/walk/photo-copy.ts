/** A second record of a photo that this phone still has, for something else that it shows. */
import type { Photo } from "../../../api/types";
import { photoBytes, previewOf } from "../../../storage/outbox";
import { myPhotos, type NewPhoto, uuid7 } from "../../../sync";

/** Null where its bytes have left the phone: the server has it with the answer that it was taken for. */
export async function copyOf(photo: Photo): Promise<NewPhoto | null> {
  const known = myPhotos.peek().find((one) => one.id === photo.id);
  if (!known?.has_bytes) return null;
  const bytes = await photoBytes(photo.id).catch(() => null);
  if (!bytes) return null;
  const preview = await previewOf(photo.id).catch(() => null);
  const { sha256, size_bytes, content_type, taken_at, place } = known;
  return { id: uuid7(), sha256, size_bytes, content_type, taken_at, place, bytes, preview };
}
