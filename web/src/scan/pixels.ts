// Pictures as pixels. Large ones are made smaller: a code that needs more than this is too small in the picture.
const sideMax = 2400;
const fileBytesMax = 64 * 1024 * 1024;

function sized(width: number, height: number): { width: number; height: number } {
  const factor = Math.min(1, sideMax / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

function drawn(source: CanvasImageSource, width: number, height: number): ImageData {
  const size = sized(width, height);
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser draws no pictures");
  context.fillStyle = "#fff"; // behind what is transparent
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(source, 0, 0, size.width, size.height);
  return context.getImageData(0, 0, size.width, size.height);
}

/** What a camera shows now; undefined before its first picture. */
export function pixelsOfVideo(video: HTMLVideoElement): ImageData | undefined {
  return video.videoWidth === 0 ? undefined : drawn(video, video.videoWidth, video.videoHeight);
}

/** A picture from a file; undefined where the browser cannot read it as one. */
export async function pixelsOfFile(file: File): Promise<ImageData | undefined> {
  if (file.size > fileBytesMax) return undefined;
  try {
    const picture = await createImageBitmap(file);
    const pixels = drawn(picture, picture.width, picture.height);
    picture.close();
    return pixels;
  } catch {
    return undefined;
  }
}
