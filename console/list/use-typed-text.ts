import { type ChangeEvent, useEffect, useRef, useState } from 'react';

/**
 * A field whose text stands in the address. The address follows what is typed, a moment later: a field that waited for it
 * would lose letters. Somebody else's change of the address, such as a step back, shows in the field once it is left.
 * @param text as the address has it
 */
export function useTypedText(text: string, onText: (text: string) => void) {
  const [typed, setTyped] = useState(text);
  const isInUse = useRef(false);
  useEffect(() => {
    if (!isInUse.current) setTyped(text);
  }, [text]);
  return {
    value: typed,
    onFocus: () => {
      isInUse.current = true;
    },
    onBlur: () => {
      isInUse.current = false;
    },
    onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      setTyped(target.value);
      onText(target.value);
    },
  };
}
