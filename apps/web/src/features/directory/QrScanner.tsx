import decodeQR from 'qr/decode.js';
import { useEffect, useRef, useState } from 'react';
import styles from './Verify.module.css';

const EVERY_MS = 160;
const SIDE = 480;

type Trouble = 'none' | 'refused';

const TEXT: Record<Trouble, string> = {
  none: 'No camera was found. Type or paste the number instead.',
  refused:
    'Sotto may not use the camera. Allow it in the browser for this page, or type or paste the number instead.',
};

/** Looks for a QR code in what the camera sees. Pictures stay in the page; the camera stops when this closes. */
export default function QrScanner(props: { onFound: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const found = useRef(props.onFound);
  found.current = props.onFound;
  useEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    return watchCamera(element, (text) => found.current(text), setTrouble);
  }, []);
  if (trouble !== null) return <p role="alert">{TEXT[trouble]}</p>;
  return (
    <>
      <video ref={video} className={styles.camera} playsInline muted />
      <p className={styles.hint}>Hold the code in front of the camera.</p>
    </>
  );
}

/** Starts the camera; the returned function ends it, whenever it is called. */
function watchCamera(
  video: HTMLVideoElement,
  onFound: (text: string) => void,
  onTrouble: (trouble: Trouble) => void,
): () => void {
  let ended = false;
  let stream: MediaStream | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  const end = () => {
    ended = true;
    clearInterval(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
  };
  const start = async () => {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: 'environment' },
      audio: false,
    });
    if (ended) return end();
    video.srcObject = stream;
    await video.play();
    timer = setInterval(() => {
      const text = readCode(video);
      if (text === null || ended) return;
      end();
      onFound(text);
    }, EVERY_MS);
  };
  start().catch((error: unknown) => {
    if (ended) return;
    const refused = error instanceof DOMException && error.name === 'NotAllowedError';
    end();
    onTrouble(refused ? 'refused' : 'none');
  });
  return end;
}

/** The text of a code in the present picture, or null. */
function readCode(video: HTMLVideoElement): string | null {
  const scale = SIDE / Math.max(video.videoWidth, video.videoHeight, 1);
  const width = Math.round(video.videoWidth * scale);
  const height = Math.round(video.videoHeight * scale);
  if (width === 0 || height === 0) return null;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) return null;
  context.drawImage(video, 0, 0, width, height);
  try {
    return decodeQR(context.getImageData(0, 0, width, height));
  } catch {
    // No code in this picture: the next one may have it.
    return null;
  }
}
