import { useEffect, useRef, useState } from 'react';
import { useDevice } from '../../ui/device.tsx';

export interface Advice {
  /** 'unknown' while the device still thinks, 'failed' when it could not tell. */
  readonly state: 'unknown' | 'failed' | 'weak' | 'strong';
  /** 0 to 1. */
  readonly score: number;
}

const UNKNOWN: Advice = { state: 'unknown', score: 0 };
const PAUSE_MS = 150;

/** Asks the device how strong `password` is, once the typing pauses; the last answer belongs to what stands there. */
export function usePasswordAdvice(
  password: string,
  name: string,
  onJudged: (strongEnough: boolean) => void,
): Advice {
  const device = useDevice();
  const [advice, setAdvice] = useState(UNKNOWN);
  const judged = useRef(onJudged);
  judged.current = onJudged;
  useEffect(() => {
    setAdvice((last) => ({ state: 'unknown', score: last.score }));
    if (password === '') return undefined;
    let current = true;
    const ask = async () => {
      const next = await device.call('passwordAdvice', { password, name }).then(
        (answer): Advice => ({ state: answer.strongEnough ? 'strong' : 'weak', score: answer.score }),
        (): Advice => ({ state: 'failed', score: 0 }),
      );
      if (!current) return;
      setAdvice(next);
      judged.current(next.state === 'strong');
    };
    const timer = setTimeout(ask, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [device, password, name]);
  return advice;
}
