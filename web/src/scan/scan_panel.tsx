// Reading a code with the camera or from a picture. The picture stays on this device.
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Notice, type Tone } from "../design/parts";
import { t, type Key } from "../i18n/messages";
import { openCamera, type Camera, type CameraFault } from "./camera";
import { codesIn } from "./decode";
import { numbersIn } from "./numbers";
import { pixelsOfFile, pixelsOfVideo } from "./pixels";

const pauseMs = 120; // between two pictures of the camera, for the battery

type Fault = `camera-${CameraFault}` | "nothing" | "unreadable" | "broken";

function FaultNotice({ fault }: { fault: Fault }) {
  const tone: Tone = fault === "nothing" || fault === "unreadable" ? "unsure" : "plain";
  return (
    <Notice tone={tone} live title={t(`scan.${fault}-title` as Key)}>
      <p>{t(`scan.${fault}-lead` as Key)}</p>
    </Notice>
  );
}

// Reads the camera's pictures one after the other until one holds a code.
function useReading(camera: Camera | undefined, onCodes: (codes: readonly string[]) => void, onBroken: () => void) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const shown = video.current;
    if (camera === undefined || shown === null) return undefined;
    let timer = 0;
    let isOpen = true;
    shown.srcObject = camera.stream;
    void shown.play().catch(() => undefined);
    async function look() {
      const pixels = shown === null ? undefined : pixelsOfVideo(shown);
      const codes = pixels === undefined ? [] : numbersIn(await codesIn(pixels));
      if (!isOpen) return;
      if (codes.length > 0) onCodes(codes);
      else timer = setTimeout(() => void look().catch(onBroken), pauseMs);
    }
    void look().catch(onBroken);
    return () => {
      isOpen = false;
      clearTimeout(timer);
      camera.close();
    };
  }, [camera]);
  return video;
}

function useCamera(onFault: (fault: CameraFault) => void) {
  const [camera, setCamera] = useState<Camera | undefined>();
  useEffect(() => {
    let isWanted = true;
    void openCamera().then((opened) => {
      if (typeof opened === "string") onFault(opened);
      else if (isWanted) setCamera(opened);
      else opened.close();
    });
    return () => {
      isWanted = false;
    };
  }, []);
  return camera;
}

function Light({ camera }: { camera: Camera }) {
  const [on, setOn] = useState(false);
  const { light } = camera;
  if (light === undefined) return null;
  const turn = () => void light(!on).then(() => setOn(!on), () => undefined);
  return (
    <Button quiet onPress={turn}>
      {t(on ? "scan.light-off" : "scan.light-on")}
    </Button>
  );
}

// A button that opens the device's own choice of pictures.
function PictureButton(props: { label: string; fromCamera?: boolean; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*"
        {...(props.fromCamera === true ? { capture: "environment" as const } : {})}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = ""; // the same picture may be chosen again
          if (file !== undefined) props.onFile(file);
        }}
      />
      <Button quiet onPress={() => input.current?.click()}>
        {props.label}
      </Button>
    </>
  );
}

function Several({ codes, onFound }: { codes: readonly string[]; onFound: (code: string) => void }) {
  return (
    <div class="stack-small">
      <p class="strong">{t("scan.several")}</p>
      <ul class="stack-small scan-codes">
        {codes.map((code) => (
          <li key={code}>
            <Button quiet onPress={() => onFound(code)}>
              <span class="code">{code}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function ScanPanel({ onFound, onClose }: { onFound: (code: string) => void; onClose: () => void }) {
  const [fault, setFault] = useState<Fault | undefined>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const opened = useCamera((why) => setFault(`camera-${why}`));
  const camera = codes.length > 0 ? undefined : opened;
  const head = useRef<HTMLHeadingElement>(null);
  const video = useReading(camera, take, () => setFault("broken"));
  useEffect(() => head.current?.focus({ preventScroll: true }), []);
  // Each of them makes the panel taller, at the end of a page that fills a phone's screen already.
  useEffect(() => head.current?.closest(".card")?.scrollIntoView({ block: "start" }), [camera, codes, fault]);

  function take(found: readonly string[]) {
    const [first] = found;
    if (found.length === 1 && first !== undefined) onFound(first);
    else setCodes(found);
  }

  async function read(file: File) {
    setFault(undefined);
    setCodes([]);
    setBusy(true);
    try {
      const pixels = await pixelsOfFile(file);
      const found = pixels === undefined ? [] : numbersIn(await codesIn(pixels));
      if (found.length > 0) take(found);
      else setFault(pixels === undefined ? "unreadable" : "nothing");
    } catch {
      setFault("broken");
    }
    setBusy(false);
  }

  const isPhone = matchMedia("(pointer: coarse)").matches;
  return (
    <section class="scan card stack" aria-labelledby="scan">
      <h2 class="h3" id="scan" tabIndex={-1} ref={head}>
        {t("scan.title")}
      </h2>
      {camera !== undefined && (
        <div class="scan-view">
          <video ref={video} muted playsInline aria-label={t("scan.view")} />
        </div>
      )}
      {camera !== undefined && <p>{t("scan.hold")}</p>}
      {busy && <p role="status">{t("scan.reading")}</p>}
      {fault !== undefined && <FaultNotice fault={fault} />}
      {codes.length > 0 && <Several codes={codes} onFound={onFound} />}
      <div class="row">
        {isPhone && <PictureButton label={t("scan.take")} fromCamera onFile={(file) => void read(file)} />}
        <PictureButton label={t("scan.choose")} onFile={(file) => void read(file)} />
        {camera !== undefined && <Light camera={camera} />}
        <Button quiet onPress={onClose}>
          {t("scan.close")}
        </Button>
      </div>
      <p class="soft small">{t("scan.private")}</p>
    </section>
  );
}
