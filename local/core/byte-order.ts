/**
 * A text whose UTF-16 units, by which JavaScript sorts, are in the order of the given text's UTF-8 bytes, by which AWS
 * sorts: that of code points. Among UTF-16 units surrogates come before U+E000, so this swaps the two.
 */
export const inByteOrder = (text: string): string =>
  /[\ud800-\uffff]/.test(text)
    ? text.replace(/[\ud800-\uffff]/g, (unit) => {
        const code = unit.charCodeAt(0);
        return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
      })
    : text;
