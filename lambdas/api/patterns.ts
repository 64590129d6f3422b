/**
 * Forms of texts as the documentation tells them, for tools of any language: JavaScript with and without the flag `u`,
 * Python's `re`, and RE2 read them alike. So they have no classes by name (Python's `\d` holds of every script's
 * digits), look around nowhere, name no group, and hold characters beyond Latin-1 as themselves, since tools do not agree on
 * an escape. What can't be said so is left to the code and to the words beside them.
 */

/** No control character, and none that changes the direction of text. */
export const ONE_LINE = '^[^\\x00-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069]*$';

/** Control characters, and what Unicode says is no character. */
const NOT_PRINTABLE = '\\x00-\\x1f\\x7f-\\x9f\ufdd0-\ufdef\ufffe\uffff';
/** None of these, and not empty. */
export const PRINTABLE = `^[^${NOT_PRINTABLE}]+$`;
/** The same, or nothing. */
export const ATTRIBUTE = `^[^${NOT_PRINTABLE}]*$`;

/** An absolute http URL without user, password and fragment. What a host may be is left to the words. */
export const HTTP_URL =
  '^[Hh][Tt][Tt][Pp][Ss]?://[^\\x00-\\x20\\x7f-\\xa0/?#@\\\\]+([/?][^\\x00-\\x20\\x7f-\\xa0#\\\\]*)?$';

/** An id that Posthorn has made: a prefix and a ULID. */
export const OWN_EVENT_ID = '^evt_[0-9A-HJKMNP-TV-Z]{26}$';

/** What only Posthorn itself publishes. */
export const OPERATIONAL = '^posthorn\\.';

/** `*`, or entity tags in double quotes, of which each may be weak (RFC 9110, 13.1.1). */
export const IF_MATCH = '^(\\*|(W/)?"[^"]*"([ \\t]*,[ \\t]*(W/)?"[^"]*")*)$';

/** Printable ASCII; blanks at its ends are no part of a header's value. */
export const IDEMPOTENCY_KEY = '^[!-~]([ -~]{0,253}[!-~])?$';

/** Base64 with padding, and without bits that mean nothing (RFC 4648). */
export const BASE64 = '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$';

/** The characters of RFC 3986, with % for escapes only. */
const URI_CHARACTERS = "([A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})";
export const URI_REFERENCE = `^${URI_CHARACTERS}+$`;
export const ABSOLUTE_URI = `^[A-Za-z][A-Za-z0-9+.-]*:${URI_CHARACTERS}*$`;

/** Attributes of CloudEvents, and the one member of their JSON form that has another name. */
export const CE_NAME = '^([a-z0-9]+|data_base64)$';

/** A query of RFC 9535 begins so. */
export const QUERY = '^\\$';

/** A name of the time zone database has no other characters. */
export const TIME_ZONE = '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$';

/** `*` for any text, never two in a row; a backslash only before `*` or another backslash. */
export const WILDCARD = '^\\*?(([^*\\\\]|\\\\[*\\\\])\\*?)*$';

/** An address, a slash, and the number of leading bits. Of IPv6, no more than its characters. */
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
export const CIDR = `^((${OCTET}\\.){3}${OCTET}/(3[0-2]|[12]?[0-9])|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$`;
