// The camera: opened only when the reader asks for it, closed when the page no longer needs it.
export type CameraFault = "none" | "refused" | "busy" | "insecure";

export interface Camera {
  readonly stream: MediaStream;
  /** Switches its lamp; undefined where it has none. */
  readonly light: ((on: boolean) => Promise<void>) | undefined;
  close(): void;
}

/** Whether this page may ask for a camera at all. */
function hasCameraAccess(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

function faultOf(error: unknown): CameraFault {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "none";
}

function lightOf(track: MediaStreamTrack | undefined): Camera["light"] {
  const can = (track?.getCapabilities?.() ?? {}) as { torch?: boolean };
  if (track === undefined || can.torch !== true) return undefined;
  return (on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
}

/** Asks for the camera that looks away from the reader, where there are two. */
export async function openCamera(): Promise<Camera | CameraFault> {
  if (!hasCameraAccess()) return "insecure";
  try {
    const video = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
    return {
      stream,
      light: lightOf(stream.getVideoTracks()[0]),
      close: () => stream.getTracks().forEach((track) => track.stop()),
    };
  } catch (error) {
    return faultOf(error);
  }
}
