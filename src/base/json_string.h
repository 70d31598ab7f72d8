/*-------------------------------------------------------------------------
 *
 * json_string.h
 *	  Strings of JSON: their encoding and their escapes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DYN_BASE_JSON_STRING_H
#define DYN_BASE_JSON_STRING_H

/* Is it UTF-8?  Zero bytes are allowed. */
extern bool dyn_utf8_is_valid(const char *text, size_t length);

/*
 * Take the escapes out of what is between the quotation marks of a JSON
 * string, text to end.  The result is written to "out" and is never longer;
 * returns its end, or NULL where an escape is not valid: surrogates must come
 * in pairs.
 */
extern char *dyn_json_unescape(const char *text, const char *end, char *out);

#endif							/* DYN_BASE_JSON_STRING_H */
