/** Most texts have none of these, and this finds it out quicker than the whole rule. */
const SUSPECT = /[^\t\n\r -\ud7ff\ue000-\ufffd]/;
/** SQS takes the characters of XML 1.0, those beyond U+FFFF too. */
const OUTSIDE_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** Whether a text has only characters that SQS takes. */
export const isXmlText = (text: string): boolean => !(SUSPECT.test(text) && OUTSIDE_XML.test(text));
