/*-------------------------------------------------------------------------
 *
 * json_string.c
 *	  Strings of JSON: their encoding and their escapes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "base/json_string.h"

bool
dyn_utf8_is_valid(const char *text, size_t length)
{
	/* Nothing longer can be stored, and the backend counts with an int. */
	if (length > MaxAllocSize)
		return false;

	/* NUL ends the backend's check, but not our strings. */
	while (length > 0)
	{
		size_t		valid = pg_encoding_verifymbstr(PG_UTF8, text, (int) length);

		if (valid == length)
			return true;
		if (text[valid] != '\0')
			return false;
		text += valid + 1;
		length -= valid + 1;
	}
	return true;
}

/* Read the four hexadecimal digits of an escape. */
static bool
read_hex4(const char *text, const char *end, pg_wchar *unit)
{
	*unit = 0;
	if (end - text < 4)
		return false;
	for (int i = 0; i < 4; i++)
	{
		char		c = text[i];

		if (c >= '0' && c <= '9')
			*unit = *unit << 4 | (c - '0');
		else if (c >= 'a' && c <= 'f')
			*unit = *unit << 4 | (c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			*unit = *unit << 4 | (c - 'A' + 10);
		else
			return false;
	}
	return true;
}

char *
dyn_json_unescape(const char *text, const char *end, char *out)
{
	while (text < end)
	{
		const char *backslash = memchr(text, '\\', end - text);
		pg_wchar	unit;

		if (backslash == NULL)
			backslash = end;
		memcpy(out, text, backslash - text);
		out += backslash - text;
		if (backslash == end)
			break;
		text = backslash + 1;
		if (text == end)
			return NULL;

		switch (*text++)
		{
			case '"':
				*out++ = '"';
				break;
			case '\\':
				*out++ = '\\';
				break;
			case '/':
				*out++ = '/';
				break;
			case 'b':
				*out++ = '\b';
				break;
			case 'f':
				*out++ = '\f';
				break;
			case 'n':
				*out++ = '\n';
				break;
			case 'r':
				*out++ = '\r';
				break;
			case 't':
				*out++ = '\t';
				break;
			case 'u':
				if (!read_hex4(text, end, &unit))
					return NULL;
				text += 4;
				if (is_utf16_surrogate_second(unit))
					return NULL;
				if (is_utf16_surrogate_first(unit))
				{
					pg_wchar	second;

					if (end - text < 6 || text[0] != '\\' || text[1] != 'u' ||
						!read_hex4(text + 2, end, &second) ||
						!is_utf16_surrogate_second(second))
						return NULL;
					text += 6;
					unit = surrogate_pair_to_codepoint(unit, second);
				}
				unicode_to_utf8(unit, (unsigned char *) out);
				out += pg_utf_mblen((unsigned char *) out);
				break;
			default:
				return NULL;
		}
	}
	return out;
}
