import { useEffect, useRef, useState } from "react";

const REST_MS = 1_500;

/** Whether the pointer moves over something, or did a moment ago: what is aimed at must not move away. */
export function usePointing(): { readonly pointing: boolean; readonly onPointerMove: () => void } {
  const [pointing, setPointing] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onPointerMove = () => {
    setPointing(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPointing(false), REST_MS);
  };
  return { pointing, onPointerMove };
}
